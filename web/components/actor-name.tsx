import { Link } from "@tanstack/react-router";
import type { ActorView } from "../../shared/views/staff.ts";

/** The name of an actor; the name of an automation links to its page. */
export function ActorName({ actor: { name, automationId } }: { actor: ActorView }) {
  // As a child of an element, a name in a right-to-left script is isolated.
  if (automationId === undefined) return <>{name}</>;
  return (
    <Link to="/settings/automations/$id" params={{ id: automationId }}>
      {name}
    </Link>
  );
}
