import { Link } from "@tanstack/react-router";
import type { ActorView } from "../../shared/views/staff.ts";

/** The name of an actor; that of an automation leads to its page. */
export function ActorName({ actor: { name, automationId } }: { actor: ActorView }) {
  // Within an element, a name from right to left is kept apart.
  if (automationId === undefined) return <>{name}</>;
  return (
    <Link to="/settings/automations/$id" params={{ id: automationId }}>
      {name}
    </Link>
  );
}
