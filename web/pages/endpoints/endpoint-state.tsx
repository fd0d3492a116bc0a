import type { EndpointView } from "../../../shared/views/endpoints.ts";
import { Dot } from "../../components/status.tsx";
import type { Tone } from "../../text/labels.ts";

/** The state of an endpoint, with what explains it. */
export function EndpointState({ endpoint }: { endpoint: EndpointView }) {
  const { label, tone } = stateOf(endpoint);
  return <Dot tone={tone}>{label}</Dot>;
}

function stateOf({ state, stateReason, failingSince }: EndpointView): { label: string; tone: Tone } {
  if (state === "disabled") return { label: "Disabled: answered 410 Gone", tone: "bad" };
  if (state === "paused") {
    return stateReason === "failing"
      ? { label: "Paused: nothing delivered for days", tone: "bad" }
      : { label: "Paused", tone: "quiet" };
  }
  return failingSince === null ? { label: "Active", tone: "good" } : { label: "Failing", tone: "warn" };
}
