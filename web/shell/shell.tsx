/** The frame around all pages: navigation, search, account and connection state. */
import { useLocalStorage, useMediaQuery } from "@mantine/hooks";
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { CatchBoundary, Link, Outlet } from "@tanstack/react-router";
import { type ReactNode, Suspense, useEffect, useState } from "react";
import { lazyPart } from "../components/lazy-part.tsx";
import { usePageKeys } from "../components/page-keys.ts";
import { Loading, PageProblem } from "../components/problem.tsx";
import { SignedOutNotice } from "../components/signed-out-notice.tsx";
import { followChanges } from "../live/live-updates.ts";
import { isSignedOut } from "../text/call-errors.ts";
import { SearchField } from "../search/search-field.tsx";
import { goToSignIn, hasJustTriedToSignIn, signInUrl, useIsSignedOut } from "../sign-in.ts";
import { queryClient, trpc } from "../trpc.ts";
import { useFreshSignInAsked } from "../fresh-sign-in.ts";
import { navigation } from "./navigation.ts";
import { WebhookHealth } from "./webhook-health.tsx";
import { UserMenu } from "./user-menu.tsx";
import { NavigationLink, MorePages } from "./navigation-links.tsx";
import { SandboxNotice, LiveMark, OfflineNotice } from "./connection-lines.tsx";
import { useSender, useLockedPage, useFocusOnNewPage } from "./page-hooks.ts";
import * as buttonStyles from "../components/button.module.css";
import * as styles from "./shell.module.css";

const Announcements = lazyPart(() => import("./announce.tsx"), "Announcements");

const DeferredNotices = lazyPart(() => import("./deferred-notices.tsx"), "DeferredNotices");

const FreshSignInDialog = lazyPart(() => import("./fresh-sign-in-dialog.tsx"), "FreshSignInDialog");

const AnswerAlerts = lazyPart(() => import("./answer-alerts/answer-alerts.tsx"), "AnswerAlerts");

const KeyboardHelp = lazyPart(() => import("./keyboard-help.tsx"), "KeyboardHelp");

export function Shell() {
  const me = useQuery(trpc.me.get.queryOptions());
  const [chosen, setNarrow] = useLocalStorage<boolean>({ key: "marketdesk.rail-is-narrow" });
  // In a small window, lists need the space.
  const isSmall = useMediaQuery("(max-width: 1100px)", false, { getInitialValueInEffect: false });
  const isNarrow = chosen ?? isSmall;
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
          <Part>{me.data && <WebhookHealth role={me.data.role} />}</Part>
          <Part>{me.data ? <UserMenu me={me.data} onKeys={showKeys} /> : <span className={styles.whoSpace} />}</Part>
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
          <Suspense>
            <DeferredNotices />
          </Suspense>
        </div>
        {me.data ? <Outlet key={me.data.id} /> : <Loading />}
      </main>
      <Suspense>
        <Announcements />
      </Suspense>
      <FreshSignIn />
      <Part>
        <Suspense>{isSignedIn && <AnswerAlertsIfAsked key={person} />}</Suspense>
      </Part>
      <Suspense>{areKeysShown && <KeyboardHelp onClose={() => setKeysShown(false)} />}</Suspense>
    </div>
  );
}

/**
 * An optional part of the frame: hidden if a server of another version does not send its data, and shown again with a response that
 * has them.
 */
function Part({ children }: { children: ReactNode }) {
  return (
    <CatchBoundary getResetKey={() => ""} errorComponent={PartLater}>
      {children}
    </CatchBoundary>
  );
}

function PartLater({ reset }: { reset(): void }) {
  useEffect(() => {
    const timer = setTimeout(() => {
      // What a part reads is kept although nothing shows it, and would fail again.
      queryClient.removeQueries({ type: "inactive" });
      reset();
    }, 5_000);
    return () => clearTimeout(timer);
  }, [reset]);
  return null;
}

/** Only loaded if a change rule asks staff first. */
function AnswerAlertsIfAsked() {
  const counts = useQuery(trpc.needs.counts.queryOptions());
  return counts.data?.areStaffAsked && <AnswerAlerts />;
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

function FreshSignIn() {
  return useFreshSignInAsked() ? (
    <Suspense>
      <FreshSignInDialog />
    </Suspense>
  ) : null;
}
