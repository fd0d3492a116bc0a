import type { Subscription } from "../../trpc.ts";

/** The values of a failed change that is tried again. */
export type InitialValues = { planId?: string | undefined; quantity?: number | undefined };

/** The properties that all action forms share. */
export type ActionFormProps = {
  subscription: Subscription;
  initialValues?: InitialValues;
  /** Closes the dialog, done or not. */
  close(): void;
};
