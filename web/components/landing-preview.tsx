/** The real landing page of an example purchase, with values that may not be saved yet. */
import { NativeSelect, Skeleton, useMantineStyleNonce } from "@mantine/core";
import { useDebouncedValue, useElementSize } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { type LandingPreviewInput, newLogoUrl } from "../../shared/branding.ts";
import { languageNames } from "../../shared/languages.ts";
import { messageOf } from "../text/call-errors.ts";
import { trpc } from "../trpc.ts";
import * as styles from "./landing-preview.module.css";

const previewAfterMs = 300;

type Scheme = "light" | "dark";
type Shows = LandingPreviewInput["shows"];
type Props = {
  input: Omit<LandingPreviewInput, "shows">;
  /** A logo that is not saved yet, as a data URL. */
  newLogo?: string | null;
  /** The problem with the current values, while the preview shows the last valid ones. */
  invalidReason: string | null;
};

export function LandingPreview({ input, newLogo = null, invalidReason }: Props) {
  const [shows, setShows] = useState<Shows>("new");
  const [scheme, setScheme] = useState<Scheme>("light");
  const [valid, setValid] = useState(JSON.stringify(input));
  const latest = JSON.stringify(input);
  if (invalidReason === null && latest !== valid) setValid(latest);
  const [shown] = useDebouncedValue(valid, previewAfterMs);
  const preview = useQuery(
    trpc.branding.preview.queryOptions(
      { ...(JSON.parse(shown) as Props["input"]), shows },
      { placeholderData: keepPreviousData, trpc: { context: { skipBatch: true } } },
    ),
  );
  return (
    <section className={styles.preview} aria-label="Preview of the landing page">
      <div className={styles.choices}>
        <NativeSelect
          label="Page in the preview"
          value={shows}
          onChange={(event) => setShows(event.currentTarget.value as Shows)}
          data={[
            { value: "new", label: "New purchase" },
            { value: "active", label: "Active subscription" },
          ]}
        />
        <NativeSelect
          label="Color scheme of the preview"
          value={scheme}
          onChange={(event) => setScheme(event.currentTarget.value as Scheme)}
          data={[
            { value: "light", label: "Light" },
            { value: "dark", label: "Dark" },
          ]}
        />
      </div>
      <p className="dim" role="status">
        {invalidReason === null ? "" : `The preview shows the last valid values. ${invalidReason}`}
      </p>
      {preview.error ? (
        <p className="dim">{messageOf(preview.error)}</p>
      ) : preview.data === undefined ? (
        <Skeleton height={480} />
      ) : (
        <Frame
          title={`Landing page in ${languageNames[input.language]}`}
          html={preview.data}
          scheme={scheme}
          newLogo={newLogo}
        />
      )}
    </section>
  );
}

type FrameProps = { title: string; html: string; scheme: Scheme; newLogo: string | null };

function Frame({ title, html, scheme, newLogo }: FrameProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const nonce = useMantineStyleNonce()?.() ?? "";
  const [isLoaded, setLoaded] = useState(false);
  // A narrower page is taller.
  const { ref, width } = useElementSize();
  useEffect(() => {
    const { current } = frame;
    const page = current?.contentDocument;
    if (!isLoaded || !current || !page) return;
    page.replaceChild(page.adoptNode(documentOf(html, { scheme, newLogo, nonce })), page.documentElement);
    current.style.height = "0";
    current.style.height = `${page.documentElement.scrollHeight + 2}px`;
  }, [isLoaded, html, scheme, newLogo, nonce, width]);
  return (
    <div ref={ref}>
      <iframe
        ref={frame}
        className={styles.frame}
        title={title}
        // No scripts, forms or new windows, so links and buttons do nothing.
        sandbox="allow-same-origin"
        // Standards mode, like the page itself.
        srcDoc="<!doctype html>"
        onLoad={() => setLoaded(true)}
      />
    </div>
  );
}

/** The page's elements, adapted to a color scheme and to being inside our page. */
function documentOf(html: string, { scheme, newLogo, nonce }: Omit<FrameProps, "title" | "html"> & { nonce: string }) {
  const styled = html
    .replace('<style nonce="">', `<style nonce="${nonce}">`)
    .replaceAll("@media(prefers-color-scheme:dark)", scheme === "dark" ? "@media all" : "@media not all");
  const page = new DOMParser().parseFromString(styled, "text/html");
  const links = page.createElement("base");
  links.target = "_blank";
  page.head.prepend(links);
  page.querySelector('meta[name="color-scheme"]')?.setAttribute("content", scheme);
  if (newLogo !== null) page.querySelector(`img[src="${newLogoUrl}"]`)?.setAttribute("src", newLogo);
  return page.documentElement;
}
