import { NativeSelect, Textarea } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import type { Branding, SetBrandingInput } from "../../../shared/branding.ts";
import { defaultLanguage, type Language, languageNames, languages } from "../../../shared/languages.ts";
import { textIn } from "../../../shared/questions.ts";

type Props = {
  form: UseFormReturnType<SetBrandingInput>;
  inherited: Branding;
  language: Language;
  setLanguage(language: Language): void;
  isAdmin: boolean;
};

/** The texts of the landing page, in one language at a time. */
export function BrandingTexts({ form, inherited, language, setLanguage, isAdmin }: Props) {
  const text = (name: "introduction" | "nextSteps") => ({
    autosize: true,
    minRows: 3,
    maxRows: 10,
    maxLength: 1_000,
    lang: language,
    readOnly: !isAdmin,
    placeholder:
      language === defaultLanguage || !form.values[name].en ? textIn(inherited[name], language) : form.values[name].en,
    ...form.getInputProps(`${name}.${language}`),
    value: form.values[name][language] ?? "",
  });
  const inLanguage = language === defaultLanguage ? "" : ` (${languageNames[language]})`;
  return (
    <>
      <NativeSelect
        label="Language of the texts and the preview"
        description="English is shown where a language is missing."
        value={language}
        onChange={(event) => setLanguage(event.currentTarget.value as Language)}
        data={languages.map((value) => ({ value, label: languageNames[value] }))}
      />
      <Textarea
        label={`Introduction${inLanguage}`}
        description="Shown above a new purchase. If empty, the page thanks the purchaser."
        {...text("introduction")}
      />
      <Textarea
        label={`What happens next${inLanguage}`}
        description="Shown below a purchase: who will contact the purchaser and when, and what the purchaser needs."
        {...text("nextSteps")}
      />
    </>
  );
}
