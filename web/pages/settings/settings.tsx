import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { includesRole } from "../../../shared/roles.ts";
import { PageHeader } from "../../components/page-header.tsx";
import { trpc } from "../../trpc.ts";
import { settingsPlaces } from "./settings-sections.ts";
import "./settings.css";

/** The navigation of the settings beside the page that is open. */
export function SettingsFrame() {
  const groups = usePlaces();
  return (
    <div className="settings">
      <nav className="settings-places" aria-label="Settings">
        {groups.map(({ title, places }) => (
          <div key={title}>
            <p className="settings-group">{title}</p>
            <ul>
              {places.map(({ to, label }) => (
                <li key={to}>
                  <Link to={to} activeOptions={{ includeSearch: false }}>
                    {label}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <Outlet />
    </div>
  );
}

/** What can be set, for whoever does not know yet where. */
export function SettingsPage() {
  return (
    <div className="page">
      <PageHeader title="Settings" note="For everyone at the desk. Each change is on record, with who and why." />
      {usePlaces().map(({ title, places }) => (
        <section key={title} className="settings-section">
          <h2>{title}</h2>
          <ul>
            {places.map(({ to, label, note }) => (
              <li key={to}>
                <Link to={to}>{label}</Link>
                <p className="dim">{note}</p>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function usePlaces() {
  const me = useQuery(trpc.me.get.queryOptions());
  const role = me.data?.role ?? "viewer";
  return settingsPlaces
    .map(({ title, places }) => ({ title, places: places.filter((place) => includesRole(role, place.role)) }))
    .filter(({ places }) => places.length > 0);
}
