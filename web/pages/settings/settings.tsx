import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useLayoutEffect, useRef } from "react";
import { includesRole, type Role } from "../../../shared/roles.ts";
import { PageHeader } from "../../components/page-header.tsx";
import { trpc } from "../../trpc.ts";
import { type SettingsLink, settingsSections } from "./settings-sections.ts";
import * as pageStyles from "../../components/page.module.css";
import * as styles from "./settings.module.css";

/** The navigation of the settings next to the open page. */
export function SettingsFrame() {
  const groups = useSections();
  const links = useCurrentLinkInView(groups.flatMap((group) => group.links).length);
  return (
    <div className={styles.settings}>
      <nav ref={links} className={styles.settingsLinks} aria-label="Settings">
        {groups.map(({ title, links }) => (
          <div key={title}>
            <p className={styles.settingsGroup}>{title}</p>
            <ul>
              {links.map(({ to, label }) => (
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
      <PermittedPage />
    </div>
  );
}

/** The open page; why not, if it needs a higher role: a colleague's link leads also to pages that the navigation hides. */
function PermittedPage() {
  const me = useQuery(trpc.me.get.queryOptions());
  const { pathname } = useLocation();
  const link = settingsSections
    .flatMap(({ links }): readonly SettingsLink[] => links)
    .find(({ to }) => pathname === to || pathname.startsWith(`${to}/`));
  // A role that could not be read again stays.
  const mayOpen = me.data ? includesRole(me.data.role, link?.role ?? "viewer") : me.error !== null;
  if (!link || link.role === "viewer" || mayOpen) return <Outlet />;
  if (!me.data) return null;
  return (
    <div className={pageStyles.page}>
      <PageHeader title={link.label} note={link.note} />
      <p>Only {permittedTo[link.role]} can open this page.</p>
      <p className="dim">Your role is {me.data.role}. Roles are assigned in Entra; ask an admin.</p>
    </div>
  );
}

const permittedTo: Record<Role, string> = { viewer: "staff", operator: "operators and admins", admin: "admins" };

/** On narrow screens the links are one scrolling row. Scrolls the current link to the middle, without animation. */
function useCurrentLinkInView(linkCount: number) {
  const row = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useLayoutEffect(() => {
    const element = row.current;
    const link = element?.querySelector<HTMLElement>("[aria-current=page]");
    if (!element || !link) return;
    const [outer, inner] = [element.getBoundingClientRect(), link.getBoundingClientRect()];
    element.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
  }, [pathname, linkCount]);
  return row;
}

/** The first settings page: all pages with a description. */
export function SettingsPage() {
  return (
    <div className={pageStyles.page}>
      <PageHeader title="Settings" note="Settings apply to all staff. Changes are logged with author and reason." />
      {useSections().map(({ title, links }) => (
        <section key={title} className={styles.settingsSection}>
          <h2>{title}</h2>
          <ul>
            {links.map(({ to, label, note }) => (
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

function useSections() {
  const me = useQuery(trpc.me.get.queryOptions());
  const role = me.data?.role ?? "viewer";
  return settingsSections
    .map(({ title, links }) => ({ title, links: links.filter((link) => includesRole(role, link.role)) }))
    .filter(({ links }) => links.length > 0);
}
