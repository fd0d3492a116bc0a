/** What is entered for an automation. */
import { z } from "zod";
import { createAutomationInput } from "../../../shared/automations.ts";

export const formInput = createAutomationInput.extend({ seenVersion: z.int() });

export type AutomationValues = z.infer<typeof formInput>;

/** Messages by the path of their field, such as `actions.0.to`. */
export type AutomationProblems = ReadonlyMap<string, string>;
