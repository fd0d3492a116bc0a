/** What the forms of the sandbox's pages do. */
import type { Context } from "hono";
import { isolated } from "../../shared/foreign-text.ts";
import { createNumberReader } from "../../shared/whole-number.ts";
import { moveClock, redeliverOperation, resetWorld, rotateKeys } from "../actions.ts";
import { addFault, expireSecret, faultInput } from "../faults.ts";
import { Refusal } from "../fulfillment/refusal.ts";
import {
  buy,
  customerChangesPlan,
  customerChangesQuantity,
  landingLink,
  reinstate,
  renew,
  suspend,
  unsubscribe,
} from "../fulfillment/subscriptions.ts";
import { inboxModes } from "../inbox/inbox.ts";
import type { Operation, Subscription } from "../model.ts";
import { changePerson } from "../people.ts";
import { reportUsage } from "../product-usage.ts";
import { endRehearsal, prepareRehearsal, startRehearsal } from "../rehearsal/running.ts";
import { settingsInput } from "../sandbox-settings.ts";
import type { World } from "../world.ts";
import type { Notice } from "./layout.ts";

type Form = Record<string, string>;

/** Carries out a form. @throws Refusal with a sentence for the page */
export type FormAction = (form: Form, c: Context) => Notice | Promise<Notice>;

type AddAction = (path: string, run: FormAction) => void;

export function addFormActions(addAction: AddAction, world: World, options: { sample: boolean }): void {
  addSubscriptionActions(addAction, world);
  addConditionActions(addAction, world, options);
  addInboxActions(addAction, world);
  addAction("/usage/report", async () => {
    const { stored, refusals } = await reportUsage(world);
    const text = [`The product reported ${stored} new events.`, ...refusals].join(" ");
    return { text, isBad: refusals.length > 0 };
  });
  addAction("/rehearsal/prepare", async (form) => {
    await prepareRehearsal(world, (form["endpoint"] ?? "").trim());
    return { text: "The rehearsal is prepared.", isBad: false };
  });
  addAction("/rehearsal/start", async () => {
    await startRehearsal(world);
    return { text: "The rehearsal has started.", isBad: false };
  });
  addAction("/rehearsal/end", async () => {
    await endRehearsal(world);
    return { text: "The keys and the endpoint of the rehearsal were removed.", isBad: false };
  });
}

function addInboxActions(addAction: AddAction, world: World): void {
  addAction("/inbox/mode", (form) => {
    const mode = inboxModes.find((one) => one === form["mode"]);
    if (!mode) throw new Refusal(400, "Choose a behavior.");
    world.inbox.setMode(mode);
    return { text: "The behavior was set for the mail server, Teams, Slack and the push service.", isBad: false };
  });
  addAction("/inbox/clear", () => {
    world.inbox.clear();
    return { text: "The inbox is empty.", isBad: false };
  });
}

function addSubscriptionActions(addAction: AddAction, world: World): void {
  addAction("/purchases", (form) => {
    const [offerId = "", planId = ""] = (form["plan"] ?? "").split("/");
    const subscription = buy(world, {
      offerId,
      planId,
      quantity: form["quantity"] ? wholeNumber(form["quantity"], "Seats") : undefined,
      name: form["name"],
      purchaser: form["purchaser"] || undefined,
      beneficiary: form["beneficiary"] || undefined,
      autoActivate: form["autoActivate"] ? form["autoActivate"] === "yes" : undefined,
    });
    const text = `${isolated(subscription.name)} was purchased. Continue on the landing page as the purchaser.`;
    return {
      text,
      isBad: false,
      link: { href: landingLink(world, subscription).landingUrl, text: "Open landing page" },
    };
  });

  const change = (name: string, done: string, run: (subscription: Subscription, form: Form) => Operation) => {
    addAction(`/subscriptions/:id/${name}`, (form, c) => {
      const subscription = subscriptionOf(world, c);
      run(subscription, form);
      return { text: `${isolated(subscription.name)}: ${done}`, isBad: false };
    });
  };
  change("change-plan", "plan change requested.", (subscription, form) =>
    customerChangesPlan(world, subscription, form["planId"] ?? ""),
  );
  change("change-quantity", "seat change requested.", (subscription, form) =>
    customerChangesQuantity(world, subscription, wholeNumber(form["quantity"] ?? "", "Seats")),
  );
  change("suspend", "suspended.", (subscription) => suspend(world, subscription));
  change("reinstate", "reinstatement started.", (subscription) => reinstate(world, subscription));
  change("renew", "renewed for the next term.", (subscription) => renew(world, subscription));
  change("unsubscribe", "canceled.", (subscription) => unsubscribe(world, subscription));
  addAction("/operations/:id/redeliver", (_, c) => {
    const operation = world.state.operations.get(c.req.param("id") ?? "");
    if (!operation) throw new Refusal(404, "This operation does not exist.");
    redeliverOperation(world, operation);
    return { text: `The ${operation.action} webhook was sent again.`, isBad: false };
  });
}

function addConditionActions(addAction: AddAction, world: World, options: { sample: boolean }): void {
  addAction("/clock", (form) => {
    moveClock(
      world,
      form["now"] === "real" ? { now: Date.now() } : { advanceMs: wholeNumber(form["advanceMs"] ?? "", "Time") },
    );
    return { text: "The clock was moved.", isBad: false };
  });
  addAction("/faults", (form) => {
    addFault(world, faultOf(form));
    return { text: "The fault was added.", isBad: false };
  });
  addAction("/faults/expired-secret", () => {
    expireSecret(world);
    return { text: "The client secret has expired. Entra and the marketplace reject all calls.", isBad: false };
  });
  addAction("/faults/clear", () => {
    world.state.faults = [];
    world.changed();
    return { text: "All faults were removed.", isBad: false };
  });
  addAction("/settings", (form) => {
    const { revertAfterRejection, grantsMailSend, windowOpensOn, activationOutcome, ...numbers } = form;
    const entries = Object.entries(numbers).map(([name, value]) => [name, wholeNumber(value, name)]);
    const asked = {
      ...Object.fromEntries(entries),
      windowOpensOn,
      activationOutcome,
      revertAfterRejection: revertAfterRejection === "on",
      grantsMailSend: grantsMailSend === "on",
    };
    const parsed = settingsInput.safeParse(asked);
    if (!parsed.success)
      throw new Refusal(
        400,
        parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; "),
      );
    Object.assign(world.state.settings, parsed.data);
    world.changed();
    return { text: "The settings were saved.", isBad: false };
  });
  addAction("/people/:key", (form, c) => {
    const { name } = changePerson(world, c.req.param("key") ?? "", {
      roles: form["role"] ? [form["role"]] : [],
      isDisabled: form["isDisabled"] === "on",
    });
    return { text: `${name}'s account was changed in Entra.`, isBad: false };
  });
  addAction("/keys/rotate", async () => {
    const kid = await rotateKeys(world, false);
    return { text: `New tokens are now signed with the key ${kid}.`, isBad: false };
  });
  addAction("/calls/clear", () => {
    world.calls.clear();
    return { text: "The list of calls was cleared.", isBad: false };
  });
  addAction("/reset", async () => {
    await resetWorld(world, options.sample);
    return { text: "The sandbox was reset.", isBad: false };
  });
}

function faultOf(form: Form): ReturnType<typeof faultInput.parse> {
  const { kind = "", target = "" } = form;
  const ms = wholeNumber(form["ms"] || "0", "Milliseconds");
  const retryAfter = form["retryAfter"];
  const parsed = faultInput.safeParse({
    target,
    times: form["times"] ? wholeNumber(form["times"], "Times") : undefined,
    ...(kind.startsWith("status")
      ? { status: wholeNumber(form["status"] ?? "", "Status"), effect: kind === "status-after" }
      : {}),
    ...(kind.startsWith("status") && retryAfter ? { headers: { "retry-after": retryAfter } } : {}),
    ...(kind === "delay" ? { delayMs: ms } : {}),
    ...(kind === "hang" ? { hangMs: ms } : {}),
    ...(kind.startsWith("cut") ? { cut: kind === "cut-before" ? "before" : "after" } : {}),
  });
  if (parsed.success) return parsed.data;
  throw new Refusal(400, parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; "));
}

/** The page is in English, so numbers are read in English notation. */
const readNumber = createNumberReader("en");

function wholeNumber(text: string, name: string): number {
  const read = readNumber(text);
  if (read.kind === "number") return read.value;
  throw new Refusal(400, `${name} must be a whole number.${read.kind === "refused" ? ` ${read.words}` : ""}`);
}

/** @throws Refusal */
export function subscriptionOf(world: World, c: Context): Subscription {
  const subscription = world.state.subscriptions.get(c.req.param("id") ?? "");
  if (!subscription) throw new Refusal(404, "This subscription does not exist.");
  return subscription;
}
