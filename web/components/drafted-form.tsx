/** A form whose input is kept while it is not sent. */
import { useForm, type UseFormInput, type UseFormReturnType } from "@mantine/form";
import { useRef, useState } from "react";
import { draftOf, versionOf } from "../sending/drafts.ts";
import { useFormDraft } from "./use-draft.ts";
import * as buttonStyles from "./button.module.css";
import * as formStyles from "./form.module.css";

type Options<Values extends object> = Pick<UseFormInput<Values>, "validate" | "onValuesChange"> & {
  /** The form and what it is about: `change seats ID`. Neither times nor random values, which differ each time. */
  subject: string;
  initialValues: Values;
};

export type RestoredInput = {
  discard(): void;
  /** What the form sets has changed since the person typed. */
  hasChangedSince: boolean;
};

type DraftedForm<Values extends object> = {
  form: UseFormReturnType<Values>;
  /** Null: no input was restored. */
  restored: RestoredInput | null;
  /** After the input was sent. */
  forgetDraft(): void;
};

/** Keeps what has been changed, and restores it when the form is opened again. `seenVersion` among the values is not restored. */
export function useDraftedForm<Values extends object>(options: Options<Values>): DraftedForm<Values> {
  const { subject, initialValues, validate, onValuesChange } = options;
  const base = useRef(initialValues);
  const draft = useFormDraft(subject);
  const [earlier, setEarlier] = useState(draft.restored);
  const [initial] = useState(() => {
    const { seenVersion: _, ...values } = earlier ?? {};
    return { ...initialValues, ...(values as Partial<Values>) };
  });
  const form = useForm<Values>({
    initialValues: initial,
    ...(validate && { validate }),
    onValuesChange(values, previous) {
      draft.save(draftOf(base.current, values));
      onValuesChange?.(values, previous);
    },
  });

  function discard() {
    form.setValues(base.current);
    draft.save({});
    setEarlier(null);
  }

  return {
    form,
    restored: earlier && { discard, hasChangedSince: earlier["seenVersion"] !== versionOf(initialValues) },
    forgetDraft: () => draft.save({}),
  };
}

/** Says that input was restored. */
export function RestoredInputLine({ of: restored }: { of: RestoredInput | null }) {
  if (restored === null) return null;
  return (
    <p className={formStyles.draftLine} role="status">
      Your earlier input was restored.{" "}
      {restored.hasChangedSince && "The stored values have changed since then: check them before you save. "}
      <button type="button" className={buttonStyles.plain} onClick={restored.discard}>
        Discard
      </button>
    </p>
  );
}
