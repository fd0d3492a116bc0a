/** The frame around all pages: navigation, search, account and connection state. */
import { useLocalStorage } from "@mantine/hooks";
import {
  IconArrowsExchange,
  IconBuilding,
  IconCalendarTime,
  IconChartLine,
  IconClockExclamation,
  IconDots,
  IconGauge,
  IconHistory,
  IconInbox,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconSettings,
  IconStack2,
  IconWebhook,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useRouter } from "@tanstack/react-router";
import { Suspense, useEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import { announce } from "./announcement.ts";
import { lazyPart } from "../components/lazy-part.tsx";
import { usePageKeys } from "../components/page-keys.ts";
import { Loading, PageProblem } from "../components/problem.tsx";
import { SignedOutNotice } from "../components/signed-out-notice.tsx";
import { formatNumber } from "../text/format.ts";
import { followChanges, useLiveState } from "../live/live-updates.ts";
import { useIsOffline } from "../live/server-connection.ts";
import { setSender } from "../sending/send.ts";
import { UnansweredBar } from "../sending/unanswered-bar.tsx";
import { isPageLocked, isSending } from "../sending/in-flight.ts";
import { isSignedOut } from "../text/call-errors.ts";
import { SearchField } from "../search/search-field.tsx";
import { maxOpenCounted } from "../../shared/open-operations.ts";
import { goToSignIn, hasJustTriedToSignIn, signInUrl, useIsSignedOut } from "../sign-in.ts";
import { trpc } from "../trpc.ts";
import { endFreshSignIn, useFreshSignInAsked } from "../fresh-sign-in.ts";
import { navigation, type NavigationItem } from "./navigation.ts";
import { WebhookHealth } from "./webhook-health.tsx";
import { UserMenu } from "./user-menu.tsx";
import * as buttonStyles from "../components/button.module.css";
import * as noticeLinesStyles from "./notice-lines.module.css";
import * as styles from "./shell.module.css";

const icons: Record<NavigationItem["to"], typeof IconInbox> = {
  "/": IconInbox,
  "/subscriptions": IconStack2,
  "/customers": IconBuilding,
  "/operations": IconArrowsExchange,
  "/planned": IconCalendarTime,
  "/deliveries": IconWebhook,
  "/usage": IconGauge,
  "/activity": IconHistory,
  "/overview": IconChartLine,
  "/settings": IconSettings,
};

const Announcements = lazyPart(() => import("./announce.tsx"), "Announcements");
const FreshSignInDialog = lazyPart(() => import("./fresh-sign-in-dialog.tsx"), "FreshSignInDialog");
const AnswerAlerts = lazyPart(() => import("./answer-alerts/answer-alerts.tsx"), "AnswerAlerts");
const KeyboardHelp = lazyPart(() => import("./keyboard-help.tsx"), "KeyboardHelp");

export function Shell() {
  const me = useQuery(trpc.me.get.queryOptions());
  const [isNarrow, setNarrow] = useLocalStorage({ key: "marketdesk.rail-is-narrow", defaultValue: false });
  const [areKeysShown, setKeysShown] = useState(false);
  const showKeys = () => setKeysShown(true);
  // On most keyboards "?" needs Shift, on some it does not.
  usePageKeys([
    ["shift+?", showKeys],
    ["?", showKeys],
  ]);
  const content = useFocusOnNewPage();
  const isKept = useIsSignedOut();
  const isSignedIn = me.data !== undefined && !isKept;
  useEffect(() => (isSignedIn ? followChanges(goToSignIn) : undefined), [isSignedIn]);
  const person = useSender(me.data);
  useLockedPage();

  if (me.error && isSignedOut(me.error) && !(me.data && isKept)) return <SignedOut />;
  if (me.error && !me.data) return <PageProblem error={me.error} onRetry={() => void me.refetch()} />;

  return (
    <div className={styles.frame} data-rail={isNarrow ? "narrow" : "wide"}>
      <a className={styles.skipLink} href="#content">
        Skip to content
      </a>
      <header className={styles.top}>
        {me.data?.sandboxUrl && <SandboxNotice url={me.data.sandboxUrl} />}
        <div className={styles.topBar}>
          <Link to="/" className={styles.brand} aria-label="Marketdesk home">
            <img src="/favicon.svg" alt="" width={24} height={24} />
            <span className={styles.brandName}>Marketdesk</span>
          </Link>
          <SearchField key={person} />
          <LiveMark />
          {me.data && <WebhookHealth role={me.data.role} />}
          {me.data ? <UserMenu me={me.data} onKeys={showKeys} /> : <span className={styles.whoSpace} />}
        </div>
      </header>
      <nav className={styles.rail} aria-label="Main">
        <ul>
          {navigation.map((item) => (
            <NavigationLink key={item.to} {...item} isNarrow={isNarrow} />
          ))}
          <MorePages />
        </ul>
        <button
          type="button"
          className={styles.railFold}
          aria-expanded={!isNarrow}
          aria-label="Show navigation labels"
          title={isNarrow ? "Expand navigation" : "Collapse navigation"}
          onClick={() => setNarrow(!isNarrow)}
        >
          {isNarrow ? <IconLayoutSidebarLeftExpand size={18} /> : <IconLayoutSidebarLeftCollapse size={18} />}
        </button>
      </nav>
      <main id="content" ref={content} tabIndex={-1}>
        <div className={styles.pageLines}>
          <OfflineNotice />
          <SignedOutNotice />
          <UnansweredBar />
        </div>
        {me.data ? <Outlet key={me.data.id} /> : <Loading />}
      </main>
      <Suspense>
        <Announcements />
      </Suspense>
      <FreshSignIn />
      <Suspense>{isSignedIn && <AnswerAlertsIfAsked key={person} />}</Suspense>
      <Suspense>{areKeysShown && <KeyboardHelp onClose={() => setKeysShown(false)} />}</Suspense>
    </div>
  );
}

type LinkProps = Omit<NavigationItem, "isPrimary"> & { isPrimary: boolean; isNarrow: boolean };

function NavigationLink({ to, label, isPrimary, isNarrow }: LinkProps) {
  const Icon = icons[to];
  return (
    <li data-primary={isPrimary}>
      <Link to={to} activeOptions={{ exact: to === "/", includeSearch: false }} title={isNarrow ? label : undefined}>
        <Icon size={18} stroke={1.7} aria-hidden />
        <span className={styles.placeName} data-place-name>
          {label}
        </span>
        {to === "/" && <Needs />}
        {to === "/operations" && <OpenOperations />}
      </Link>
    </li>
  );
}

/** On a phone: the pages that have no room in the bar. */
function MorePages() {
  return (
    <li className={styles.more}>
      <button type="button" popoverTarget="more-pages">
        <IconDots size={18} stroke={1.7} aria-hidden />
        <span data-place-name>More</span>
      </button>
      <ul
        popover="auto"
        id="more-pages"
        aria-label="More pages"
        className={styles.morePages}
        onClick={(event) => event.currentTarget.hidePopover()}
      >
        {navigation
          .filter((item) => !item.isPrimary)
          .map((item) => (
            <NavigationLink key={item.to} {...item} isPrimary isNarrow={false} />
          ))}
      </ul>
    </li>
  );
}

/** The number of needs, and how many of them are urgent. */
function Needs() {
  const counts = useQuery(trpc.needs.counts.queryOptions());
  if (!counts.data || counts.data.count === 0) return null;
  const { count, isCut, urgent } = counts.data;
  return (
    <>
      {urgent > 0 && (
        <span className={styles.placeUrgent} title={`${formatNumber(urgent)} close to the deadline`}>
          <IconClockExclamation size={15} aria-hidden />
          <span className="sr-only">{formatNumber(urgent)} urgent</span>
        </span>
      )}
      <span className={styles.placeCount} data-urgent={urgent > 0}>
        {formatNumber(count)}
        {isCut && "+"}
        <span className="sr-only"> items</span>
      </span>
    </>
  );
}

/** Only loaded where a change rule asks staff first. */
function AnswerAlertsIfAsked() {
  const counts = useQuery(trpc.needs.counts.queryOptions());
  return counts.data?.areStaffAsked && <AnswerAlerts />;
}

function OpenOperations() {
  const counts = useQuery(trpc.needs.counts.queryOptions());
  if (!counts.data || counts.data.openOperations === 0) return null;
  return (
    <span className={styles.placeCount}>
      {formatNumber(Math.min(counts.data.openOperations, maxOpenCounted))}
      {counts.data.openOperations > maxOpenCounted && "+"}
      <span className="sr-only"> open</span>
    </span>
  );
}

function SandboxNotice({ url }: { url: string }): ReactNode {
  return (
    <div className={styles.sandboxLine}>
      <strong>Sandbox</strong>
      <span className={styles.sandboxWords}>Microsoft is simulated; nothing is billed.</span>
      <a href={url} target="_blank" rel="noreferrer">
        Act as Microsoft
      </a>
    </div>
  );
}

function LiveMark() {
  const live = useLiveState();
  const isOffline = useIsOffline();
  return (
    <span className={styles.liveMark} role="status" data-state={live}>
      {!isOffline && live === "lost" && "Reconnecting…"}
      {!isOffline && live === "paused" && "Live updates paused"}
    </span>
  );
}

/** Rendered before it has text: screen readers only announce changes of an existing status region. */
function OfflineNotice() {
  const isOffline = useIsOffline();
  return (
    <div className={noticeLinesStyles.offline} role="status" data-line="offline">
      {isOffline && (
        <>
          <strong>You are offline.</strong> This page may be out of date, and changes cannot be sent until the
          connection is back.
        </>
      )}
    </div>
  );
}

/**
 * Changes are sent in the name of the person that the page shows as signed in.
 * @returns how often another person has taken over this tab: what they see starts empty
 */
function useSender(me: { id: string; name: string } | undefined): number {
  const former = useRef<string>(undefined);
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    if (!me) return;
    if (former.current !== undefined && former.current !== me.id) {
      announce(`You are now signed in as ${me.name}.`);
      endFreshSignIn();
      setChanges((count) => count + 1);
    }
    former.current = me.id;
    setSender(me.id);
  }, [me]);
  return changes;
}

/** Blocks navigation until the answer to a sent form has arrived. */
function useLockedPage() {
  const { history } = useRouter();
  useEffect(
    () =>
      history.block({
        blockerFn() {
          if (isPageLocked())
            announce("Your change is still being sent. Wait for the result before you leave this page.");
          return isPageLocked();
        },
        enableBeforeUnload: isSending,
      }),
    [history],
  );
}

function SignedOut() {
  if (!hasJustTriedToSignIn()) return <Loading />;
  return (
    <main className={styles.alone}>
      <h1>You are signed out</h1>
      <p>Sign in with your work account to continue.</p>
      <a className={buttonStyles.link} href={signInUrl()}>
        Sign in
      </a>
    </main>
  );
}

/** Moves the focus to the content after navigation, for keyboard and screen reader users. */
function useFocusOnNewPage() {
  const router = useRouter();
  const content = useRef<HTMLElement>(null);
  useEffect(
    () =>
      router.subscribe("onRendered", ({ fromLocation, pathChanged }) => {
        if (!fromLocation || !pathChanged) return;
        // Keep the focus in the search field while the person is typing.
        if (document.activeElement?.closest("[role=search]")) return;
        const heading = content.current?.querySelector<HTMLElement>("h1[tabindex]");
        (heading ?? content.current)?.focus({ preventScroll: true });
      }),
    [router],
  );
  return content;
}

function FreshSignIn() {
  return useFreshSignInAsked() ? (
    <Suspense>
      <FreshSignInDialog />
    </Suspense>
  ) : null;
}
