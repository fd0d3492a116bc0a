/** The events of the sample history. Each uses the same interface as a real person or Microsoft. */
// cspell:words Wofür nutzen zuerst Vertriebsberichte Betrieb Etwas anderes
import { addFault } from "../faults.ts";
import {
  buy,
  customerChangesPlan,
  customerChangesQuantity,
  landingLink,
  type Purchase,
  reinstate,
  suspend,
  unsubscribe,
} from "../fulfillment/subscriptions.ts";
import type { Subscription } from "../model.ts";
import { productPath } from "../page/product.ts";
import type { World } from "../world.ts";
import type { People } from "./actors.ts";

/** What an event can use. */
export type Scene = {
  world: World;
  people: People;
  /** Finds a subscription by its name. */
  find(name: string): Subscription;
  /** Runs Marketdesk's reconciliation. */
  compare(): Promise<void>;
};

/** Throws if the action is rejected, which can happen when an interrupted replay continues. */
export type Act = (scene: Scene) => void | Promise<unknown>;

export function buys(purchase: Purchase & { name: string; isTest?: boolean }): Act {
  return ({ world }) => {
    const { isTest, ...bought } = purchase;
    const subscription = buy(world, bought);
    if (isTest) subscription.isTest = true;
  };
}

/** Marketdesk discovers a purchase without a landing page visit through reconciliation. */
export const marketdeskReconciles: Act = ({ compare }) => compare();

export function activates(purchaser: string, name: string): Act {
  return ({ world, people, find }) => people.activates(purchaser, landingLink(world, find(name)).landingUrl);
}

/** A customer changes the plan or seats in Microsoft's portal. `isLost`: the webhook is never sent. */
export function customerRequests(
  name: string,
  requested: { planId: string } | { quantity: number },
  { isLost = false } = {},
): Act {
  return ({ world, find }) => {
    const options = { deliver: !isLost };
    return void ("planId" in requested
      ? customerChangesPlan(world, find(name), requested.planId, options)
      : customerChangesQuantity(world, find(name), requested.quantity, options));
  };
}

export const paymentFails =
  (name: string): Act =>
  ({ world, find }) =>
    void suspend(world, find(name));

export const paymentRecovers =
  (name: string): Act =>
  ({ world, find }) =>
    void reinstate(world, find(name));

export const customerCancels =
  (name: string): Act =>
  ({ world, find }) =>
    void unsubscribe(world, find(name));

/** A staff member acts on a subscription in Marketdesk. */
export function staffActs(staff: string, procedure: string, name: string, input: object = {}): Act {
  return ({ people, find }) =>
    people.asks(staff, `subscriptions.${procedure}`, { subscriptionId: find(name).id, ...input });
}

/** A staff member requests a change, which Microsoft rejects. */
export function staffIsRefused(staff: string, procedure: string, name: string, input: object, why: string): Act {
  return ({ world, people, find }) => {
    const { id } = find(name);
    const body = { error: { code: "BadRequest", message: why } };
    addFault(world, { target: `PATCH ^/api/saas/subscriptions/${id}$`, times: 1, status: 400, body });
    return people.asks(staff, `subscriptions.${procedure}`, { subscriptionId: id, ...input });
  };
}

/** A staff member calls a procedure that is not about one subscription. */
export function staffCalls(staff: string, procedure: string, input: object = {}): Act {
  return ({ people }) => people.asks(staff, procedure, input);
}

/** A staff member plans and starts a bulk action. */
export function staffRunsBulkAction(staff: string, action: object, filters: object): Act {
  return async ({ people }) => {
    const { id } = await people.asks<{ id: string }>(staff, "bulk.plan", { action, target: { filters } });
    await people.asks(staff, "bulk.start", { id });
  };
}

/** An admin creates an API key for the product, which follows Marketdesk from then on. */
export function productConnects(admin: string, keyName: string, ignoredSubscriptions: string[]): Act {
  return async ({ world, people }) => {
    const scopes = ["read", "confirm", "usage"];
    const { key } = await people.asks<{ key: string }>(admin, "keys.make", { name: keyName, scopes });
    world.state.product = { key, next: null, ignoredSubscriptions };
    world.changed();
  };
}

/** An admin sets the name and the contacts that the landing page shows. */
export function adminSetsBranding(admin: string): Act {
  return staffCalls(admin, "branding.set", {
    offerId: null,
    publisherName: "Contoso",
    accent: "#0b5cad",
    supportEmail: "support@contoso.example",
    supportUrl: "https://contoso.example/support",
    termsUrl: "https://contoso.example/terms",
    privacyUrl: "https://contoso.example/privacy",
    introduction: {},
    nextSteps: {},
    logo: "none",
    seenVersion: 0,
    reason: "First branding",
  });
}

/** An admin sets a destination: the page of an active subscription leads to the product, which the sandbox simulates. */
export function adminSetsDestination(admin: string): Act {
  return ({ world, people }) =>
    people.asks(admin, "destinations.set", {
      offerId: null,
      planId: null,
      mode: "button",
      url: `${world.url}${productPath}`,
      opensOnReturn: false,
      addsOrigin: true,
      seenVersion: 0,
      reason: "The product can sign purchasers in",
    });
}

/** An admin asks purchasers of Contoso Insight a question, in two languages. */
export function adminSetsQuestions(admin: string): Act {
  const label = { en: "What will you use Contoso Insight for first?", de: "Wofür nutzen Sie Contoso Insight zuerst?" };
  const options = [
    { id: "sales", label: { en: "Sales reports", de: "Vertriebsberichte" } },
    { id: "operations", label: { en: "Operations", de: "Betrieb" } },
    { id: "other", label: { en: "Something else", de: "Etwas anderes" } },
  ];
  const question = {
    id: "first_use",
    kind: "choice",
    isRequired: false,
    label,
    help: {},
    min: null,
    max: null,
    options,
  };
  return staffCalls(admin, "questions.set", {
    offerId: "insight",
    planId: null,
    questions: [question],
    seenVersion: 0,
    reason: "The welcome call starts with the right example",
  });
}
