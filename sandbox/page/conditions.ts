/** Clock, faults, settings and keys. */
import { html, raw } from "hono/html";
import { entraRoles } from "../../shared/roles.ts";
import { faultInWords } from "../faults.ts";
import { personNow } from "../people.ts";
import { personas } from "../personas.ts";
import type { Persona } from "../personas.ts";
import { instantText } from "./layout.ts";
import type { Html } from "./layout.ts";
import type { Fault, Settings } from "../model.ts";
import type { World } from "../world.ts";

const targets: [target: string, name: string][] = [
  ["POST /api/saas/subscriptions/resolve", "Resolve"],
  ["POST ^/api/saas/subscriptions/[^/]+/activate$", "Activate"],
  ["GET ^/api/saas/subscriptions/?$", "List subscriptions"],
  ["GET ^/api/saas/subscriptions/[^/]+$", "Get subscription"],
  ["GET ^/api/saas/subscriptions/[^/]+/listAvailablePlans$", "List available plans"],
  ["PATCH ^/api/saas/subscriptions/[^/]+$", "Change plan or seats"],
  ["DELETE ^/api/saas/subscriptions/[^/]+$", "Cancel"],
  ["GET ^/api/saas/subscriptions/[^/]+/operations/[^/]+$", "Get operation"],
  ["PATCH ^/api/saas/subscriptions/[^/]+/operations/[^/]+$", "Update operation"],
  ["POST ^/api/(batchUsageEvent|usageEvent)$", "Send usage"],
  ["* /api", "All Marketplace calls"],
  ["POST ^/[^/]+/oauth2/", "Entra: get token"],
  ["GET ^/[^/]+/discovery/", "Entra: get signing keys"],
];

const numbers: [name: keyof Settings, label: string][] = [
  ["answerWindowMs", "Time to answer a change (ms)"],
  ["operationDelayMs", "Duration of a publisher’s change (ms)"],
  ["activationDelayMs", "Duration of an activation (ms)"],
  ["listLagMs", "Delay of new operations in the list (ms)"],
  ["subscriptionLagMs", "Delay of a subscription after its operation (ms)"],
  ["webhookDelayMs", "Webhook delay (ms)"],
  ["webhookTimeoutMs", "Webhook timeout (ms)"],
  ["webhookAttempts", "Maximum webhook attempts"],
  ["webhookCopies", "Copies of each webhook"],
  ["purchaseTokenTtlMs", "Purchase token lifetime (ms)"],
  ["accessTokenTtlMs", "Access token lifetime (ms)"],
];

export function conditionsView(world: World): Html {
  return html`${clockCard(world)}${faultsCard(world.state.faults)}${peopleCard(world)}${settingsCard(world.state.settings)}${resetCard(world)}`;
}

function clockCard(world: World): Html {
  const advance = (ms: number, text: string) => html`<button name="advanceMs" value="${ms}">${text}</button>`;
  return html`<section class="card" aria-labelledby="clock-title">
    <h1 id="clock-title">Clock</h1>
    <p class="muted">
      Microsoft’s clock shows ${instantText(world.now())}. It decides when terms end, purchase tokens expire and answers
      are due. Sign-ins and access tokens use real time.
    </p>
    <form method="post" action="/page/clock" class="row">
      ${advance(10_000, "+10 seconds")} ${advance(3_600_000, "+1 hour")} ${advance(86_400_000, "+1 day")}
      ${advance(30 * 86_400_000, "+30 days")}
      <button name="now" value="real">Reset to real time</button>
    </form>
  </section>`;
}

function faultsCard(faults: readonly Fault[]): Html {
  return html`<section class="card" id="faults" data-live aria-labelledby="faults-title">
    <h2 id="faults-title">Faults</h2>
    ${faults.length === 0 ? html`<p class="muted">No faults. All calls are answered normally.</p>` : faultTable(faults)}
    <form method="post" action="/page/faults/expired-secret">
      <p><button>Expire the client secret</button></p>
    </form>
    <details>
      <summary>Add a fault</summary>
      <form method="post" action="/page/faults" class="fields">
        <label
          >Calls
          <select name="target">
            ${targets.map(([target, name]) => html`<option value="${target}">${name}</option>`)}
          </select></label
        >
        <label
          >Number of calls (empty: until removed) <input name="times" inputmode="numeric" autocomplete="off" value="1"
        /></label>
        <label
          >Fault
          <select name="kind">
            <option value="status">Return a status</option>
            <option value="status-after">Process the call, then return a status</option>
            <option value="delay">Respond late</option>
            <option value="hang">Process the call, do not respond, then close the connection</option>
            <option value="cut-before">Close the connection before processing</option>
            <option value="cut-after">Process the call, then close the connection</option>
          </select>
        </label>
        <label>Status <input name="status" inputmode="numeric" autocomplete="off" value="500" /></label>
        <label
          >Delay in ms (late or no response) <input name="ms" inputmode="numeric" autocomplete="off" value="5000"
        /></label>
        <label
          >Retry-After in seconds (with a status) <input name="retryAfter" inputmode="numeric" autocomplete="off"
        /></label>
        <button class="main">Add fault</button>
      </form>
    </details>
  </section>`;
}

function faultTable(faults: readonly Fault[]): Html {
  return html`<table>
      <thead>
        <tr>
          <th>Calls</th>
          <th>Fault</th>
          <th>Remaining</th>
          <th>Applied</th>
        </tr>
      </thead>
      <tbody>
        ${faults.map(
          (fault) =>
            html`<tr>
              <td data-label="Calls"><span class="mono">${fault.target}</span></td>
              <td data-label="Fault">${faultInWords(fault)}</td>
              <td data-label="Remaining">${fault.remaining ?? "Until removed"}</td>
              <td data-label="Applied">${fault.applied}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    <form method="post" action="/page/faults/clear">
      <p><button>Remove all faults</button></p>
    </form>`;
}

function peopleCard(world: World): Html {
  const staff = personas.filter(({ kind }) => kind === "staff");
  return html`<section class="card" id="people" aria-labelledby="people-title">
    <h2 id="people-title">People in Entra</h2>
    <p class="muted">
      The app roles of the publisher’s staff. Marketdesk applies a change within 30 minutes, or earlier when a staff
      member takes a sensitive action.
    </p>
    ${staff.map((persona) => personForm(persona, personNow(world, persona)))}
  </section>`;
}

function personForm({ key, name }: Persona, now: ReturnType<typeof personNow>): Html {
  const roles = ["", ...Object.keys(entraRoles)];
  return html`<form method="post" action="/page/people/${key}" class="row">
    <strong id="person-${key}">${name}</strong>
    <label
      >Role
      <select name="role" aria-describedby="person-${key}">
        ${roles.map((role) => html`<option value="${role}" ${role === (now.roles[0] ?? "") ? raw("selected") : ""}>${role || "None"}</option>`)}
      </select>
    </label>
    <label class="check">
      <input
        type="checkbox"
        name="isDisabled"
        aria-describedby="person-${key}"
        ${now.isDisabled ? raw("checked") : ""}
      />
      Account disabled
    </label>
    <button aria-describedby="person-${key}">Save</button>
  </form>`;
}

function settingsCard(settings: Settings): Html {
  const choice = (name: keyof Settings, label: string, values: readonly string[]) =>
    html`<label
      >${label}
      <select name="${name}">
        ${values.map((value) => html`<option ${settings[name] === value ? raw("selected") : ""}>${value}</option>`)}
      </select>
    </label>`;
  return html`<section class="card" aria-labelledby="settings-title">
    <h2 id="settings-title">Settings</h2>
    <form method="post" action="/page/settings" class="fields">
      ${numbers.map(([name, label]) => html`<label>${label} <input name="${name}" inputmode="numeric" autocomplete="off" value="${settings[name]}" /></label>`)}
      ${choice("windowOpensOn", "The time to answer starts at the", ["operation", "delivery"])}
      ${choice("activationOutcome", "Status after activation", ["Subscribed", "Unsubscribed"])}
      <label class="check">
        <input type="checkbox" name="revertAfterRejection" ${settings.revertAfterRejection ? raw("checked") : ""} />
        Send a change back to the current value after a rejected change
      </label>
      <label class="check">
        <input type="checkbox" name="grantsMailSend" ${settings.grantsMailSend ? raw("checked") : ""} />
        The app has the permission Mail.Send of Microsoft Graph
      </label>
      <button class="main">Save</button>
    </form>
  </section>`;
}

function resetCard(world: World): Html {
  const keys = world.state.keys.length;
  return html`<section class="card" aria-labelledby="rest-title">
    <h2 id="rest-title">Keys and reset</h2>
    <p class="muted">
      ${keys} signing ${keys === 1 ? "key is" : "keys are"} published. A reset deletes all purchases and creates the
      sample again.
    </p>
    <div class="row">
      <form method="post" action="/page/keys/rotate"><button>Rotate signing key</button></form>
      <form
        method="post"
        action="/page/reset"
        onsubmit="return confirm('Delete all purchases and create the sample again? This cannot be undone.')"
      >
        <button class="danger">Reset sandbox</button>
      </form>
    </div>
  </section>`;
}
