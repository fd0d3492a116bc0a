/** Actions as options of the search field: each leads to the dialog that the page opens, with its checks. */
import type { Role } from "../../shared/roles.ts";
import type { FindView } from "../../shared/views/find.ts";
import type { NeedView } from "../../shared/views/needs.ts";
import { announce } from "../shell/announcement.ts";
import { messageOf } from "../text/call-errors.ts";
import { client, type Subscription } from "../trpc.ts";
import { type Command, commandsIn } from "./commands.ts";
import { isNameMatch } from "./palette-places.ts";
import type { FoundOption } from "./found-options.tsx";
import type { FoundGroup } from "./search-results.tsx";

type Subject = { id: string; name: string };

type Situation = {
  text: string;
  role: Role;
  /** The subscription of the open page. */
  current: Subscription | null;
  needs: NeedView[];
};

/** The maximum of options for each action on the results. */
const maxOfEach = 5;

/**
 * The groups of options for the text, given the search results.
 * @returns about: what the actions are about, to be searched for; null if the text names no action
 */
export function actionGroups({ text, role, current, needs }: Situation): {
  actions(found: FindView | undefined): FoundGroup[];
  about: string | null;
} {
  const commands = commandsIn(text, role);
  const [first] = commands;
  const about = first === undefined || first.about === "" ? null : first.about;
  return {
    about,
    actions: (found) => {
      const subjects: Subject[] = about === null ? (current ? [current] : []) : (found?.subscriptions ?? []);
      const options = commands.flatMap(({ command }) =>
        command.name === "snooze"
          ? snoozes(command, about, current, needs)
          : subjects.slice(0, maxOfEach).map((subject) => option(command, subject)),
      );
      return options.length === 0 ? [] : [{ title: "Actions", noun: ["action", "actions"], options }];
    },
  };
}

function option(command: Command, subject: Subject): FoundOption {
  const { name, label } = command;
  const common = { key: `do-${name}-${subject.id}`, details: subject.name, matched: null };
  if (name === "assign") {
    return {
      ...common,
      title: label,
      link: { to: "/subscriptions/$id", params: { id: subject.id } },
      run: () => void assignToMe(subject),
    };
  }
  return {
    ...common,
    title: `${label}…`,
    link: { to: "/subscriptions/$id", params: { id: subject.id }, search: { act: name } },
  };
}

async function assignToMe({ id, name }: Subject): Promise<void> {
  try {
    await client.subscriptions.assignOwner.mutate({ subscriptionId: id, owner: "me" });
    announce(`${name} is assigned to you`);
  } catch (error) {
    announce(messageOf(error, true));
  }
}

/** Needs of the named or open subscription that can be snoozed. */
function snoozes({ label }: Command, about: string | null, current: Subject | null, needs: NeedView[]): FoundOption[] {
  return needs
    .filter(({ snoozableUntil }) => snoozableUntil !== null)
    .filter(({ subject, subscriptionId }) =>
      about === null ? current !== null && subscriptionId === current.id : isNameMatch(subject, about),
    )
    .slice(0, maxOfEach)
    .map((need) => ({
      key: `do-snooze-${need.kind}-${need.id}`,
      link: { to: "/", search: { snooze: `${need.kind} ${need.id}` } },
      title: `${label}…`,
      details: `${need.subject} · ${need.what}`,
      matched: null,
    }));
}
