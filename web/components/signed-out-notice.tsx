import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { signInUrl, useIsSignedOut } from "../sign-in.ts";
import { trpc } from "../trpc.ts";
import * as noticeLinesStyles from "../shell/notice-lines.module.css";

const pollIntervalMs = 5_000;

/** Shown when the session ends while there is unsaved input. The person signs in in another tab, and this tab continues. */
export function SignedOutNotice() {
  const isKept = useIsSignedOut();
  const { refetch } = useQuery(trpc.me.get.queryOptions());
  useEffect(() => {
    if (!isKept) return;
    const refetchWhenVisible = () => void (document.hidden || refetch());
    document.addEventListener("visibilitychange", refetchWhenVisible);
    window.addEventListener("focus", refetchWhenVisible);
    const timer = setInterval(refetchWhenVisible, pollIntervalMs);
    return () => {
      document.removeEventListener("visibilitychange", refetchWhenVisible);
      window.removeEventListener("focus", refetchWhenVisible);
      clearInterval(timer);
    };
  }, [isKept, refetch]);
  if (!isKept) return null;
  return (
    <div className={noticeLinesStyles.signedOut} role="alert">
      <span>
        <strong>You are signed out.</strong> Your input is still here. Sign in, then return to this tab.
      </span>
      <a href={signInUrl()} target="_blank" rel="noreferrer">
        Sign in in a new tab
      </a>
    </div>
  );
}
