/** A form whose input is kept until it is sent. */
import { useForm, type UseFormInput, type UseFormReturnType } from "@mantine/form";
import { useRef, useState } from "react";
import { changedValues, draftOf, versionIn, versionOf } from "../sending/drafts.ts";
import { useFormDraft } from "./use-draft.ts";
import * as buttonStyles from "./button.module.css";
import * as formStyles from "./form.module.css";

type Options<Values extends object> = Pick<UseFormInput<Values>, "validate" | "onValuesChange"> & {
  /** The form and what it is about: `change seats ID`. Neither times nor random values, which differ each time. */
  subject: string;
  initialValues: Values;
  /** Input is restored with the `seenVersion` that it had; otherwise with the present one. */
  isVersionRestored?: boolean;
};

export type RestoredDraft = {
  discard(): void;
  /** The stored values have changed since the person typed. */
  hasChangedSince: boolean;
};

type DraftedForm<Values extends object> = {
  form: UseFormReturnType<Values>;
  /** Null: no input was restored. */
  restored: RestoredDraft | null;
  /** After the input was sent. */
  forgetDraft(): void;
  /** Replaces the person's input with the stored values. */
  discard(): void;
  /** Shows what is stored now where nothing has been changed. @param saved what was sent, which no longer counts as changed */
  follow(stored: Values, saved: Values | undefined): void;
};

/** Keeps the changed values, and restores them when the form is opened again. */
export function useDraftedForm<Values extends object>(options: Options<Values>): DraftedForm<Values> {
  const { subject, initialValues, isVersionRestored = false, validate, onValuesChange } = options;
  const base = useRef(initialValues);
  const draft = useFormDraft(subject);
  const [earlier, setEarlier] = useState(() => {
    const { seenVersion: _, ...values } = draft.restored ?? {};
    // Values that were sent before the page was left may be stored by now.
    const isStored = Object.keys(changedValues(initialValues, { ...initialValues, ...values })).length === 0;
    return isStored ? null : draft.restored;
  });
  const [initial] = useState(() => {
    const { seenVersion, ...values } = earlier ?? {};
    const version = isVersionRestored && seenVersion !== undefined && { seenVersion };
    return { ...initialValues, ...(values as Partial<Values>), ...version };
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

  function follow(stored: Values, saved: Values | undefined) {
    if (saved === undefined && JSON.stringify(stored) === JSON.stringify(base.current)) return;
    const current = form.getValues();
    const { seenVersion: _, ...changed } = changedValues(saved ?? base.current, current);
    const isSeen = saved !== undefined || Object.keys(changed).length === 0;
    base.current = stored;
    form.setInitialValues(stored);
    form.setValues({ ...stored, ...(changed as Partial<Values>), ...(!isSeen && versionIn(current)) });
  }

  return {
    form,
    restored: earlier && { discard, hasChangedSince: earlier["seenVersion"] !== versionOf(initialValues) },
    forgetDraft() {
      draft.save({});
      setEarlier(null);
    },
    discard,
    follow,
  };
}

/** Says that input was restored. */
export function RestoredDraftLine({ of: restored }: { of: RestoredDraft | null }) {
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
