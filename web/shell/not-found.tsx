import { Link } from "@tanstack/react-router";
import { PageHeader } from "../components/page-header.tsx";
import * as pageStyles from "../components/page.module.css";

/** The page for an unknown URL. */
export function NotFound() {
  return (
    <div className={pageStyles.page}>
      <PageHeader title="Page not found" />
      <p>Check the address; part of it may be missing.</p>
      <p>
        <Link to="/">See what needs attention</Link> or <Link to="/subscriptions">browse all subscriptions</Link>.
      </p>
    </div>
  );
}
