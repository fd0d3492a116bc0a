import type { Subscription } from "../../trpc.ts";

/** What a change asked for that is tried again. */
export type InitialValues = { planId?: string | undefined; quantity?: number | undefined };

/** What every form of an action gets. */
export type ActionFormProps = {
  subscription: Subscription;
  initialValues?: InitialValues;
  /** Closes the dialog, done or not. */
  close(): void;
};
