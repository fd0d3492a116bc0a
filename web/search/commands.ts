/** The actions of the search field: a text such as "change seats of contoso" names an action and a subscription. */
import { roleForAction } from "../../shared/action-roles.ts";
import type { StaffAction } from "../../shared/lifecycle.ts";
import { normalizeText } from "../../shared/normalize-text.ts";
import { includesRole, type Role } from "../../shared/roles.ts";

/** `assign` is carried out immediately; the others open the dialog that the page opens. */
export type CommandName = StaffAction | "snooze" | "assign";
export type Command = { name: CommandName; label: string; role: Role };

const commands: Command[] = [
  { name: "changeQuantity", label: "Change seats", role: roleForAction.changeQuantity },
  { name: "changePlan", label: "Change plan", role: roleForAction.changePlan },
  { name: "assign", label: "Assign to me", role: roleForAction.assignOwner },
  { name: "snooze", label: "Snooze", role: "operator" },
  { name: "suspend", label: "Suspend access", role: roleForAction.suspend },
  { name: "reinstate", label: "Reinstate access", role: roleForAction.reinstate },
  { name: "activate", label: "Activate", role: roleForAction.activate },
  { name: "cancel", label: "Cancel subscription", role: roleForAction.cancel },
];

const links = new Set(["of", "for"]);

/**
 * The commands that a text begins with, and the subject that follows. "Change seats of contoso" is one command about
 * contoso; "change" is the beginning of two.
 */
export function commandsIn(text: string, role: Role): { command: Command; about: string }[] {
  const words = normalizeText(text).split(" ").filter(Boolean);
  if (words.length === 0) return [];
  return commands
    .filter((command) => includesRole(role, command.role))
    .flatMap((command) => {
      const verb = command.label.toLowerCase().split(" ");
      const matched = matchingWords(verb, words);
      if (matched === 0) return [];
      const rest = words.slice(matched);
      if (rest.length > 0 && !isNamed(verb, words, matched)) return [];
      return [{ command, about: rest.filter((word, at) => at > 0 || !links.has(word)).join(" ") }];
    });
}

/** How many words of the text are the beginning of the verb; the last may be typed in part. */
function matchingWords(verb: string[], words: string[]): number {
  let count = 0;
  while (count < verb.length && count < words.length) {
    const [expected = "", typed = ""] = [verb[count], words[count]];
    const isLast = count === words.length - 1;
    if (typed !== expected && !(isLast && expected.startsWith(typed))) break;
    count += 1;
  }
  return count;
}

/** A subscription can follow once the verb is unambiguous: "change of contoso" matches two verbs, "suspend contoso" one. */
function isNamed(verb: string[], words: string[], matched: number): boolean {
  if (words[matched - 1] !== verb[matched - 1]) return false;
  return (
    matched === verb.length ||
    !commands.some((other) => other.label.toLowerCase() !== verb.join(" ") && sharesWord(other, verb))
  );
}

const sharesWord = ({ label }: Command, verb: string[]) => label.toLowerCase().split(" ")[0] === verb[0];
