import { Link } from "@tanstack/react-router";
import { PageHeader } from "../components/page-header.tsx";

/** For an address that the desk does not have. */
export function NotFound() {
  return (
    <div className="page">
      <PageHeader title="Nothing is here" />
      <p>The desk has no page at this address. If it was pasted, a part may be missing.</p>
      <p>
        <Link to="/">See what needs you</Link> or <Link to="/subscriptions">look through all subscriptions</Link>.
      </p>
    </div>
  );
}
