import { useDeferredValue } from "react";
import { cards, readableOn, textOn } from "../../../shared/color.ts";
import type { BrandingValues } from "../../../shared/views/settings.ts";
import * as styles from "./branding.module.css";

type Props = { values: BrandingValues; logoUrl: string | null };
const ownAccent = { light: "#0b6b68", dark: "#5fc9c3" };

/** Preview of the landing page with these values, in the light and the dark scheme. */
export function BrandingPreview({ values, logoUrl }: Props) {
  const shown = useDeferredValue(values);
  return (
    <section className={styles.brandingPreview} aria-label="Preview of the landing page">
      <Card scheme="light" values={shown} logoUrl={logoUrl} />
      <Card scheme="dark" values={shown} logoUrl={logoUrl} />
    </section>
  );
}

function Card({ scheme, values, logoUrl }: Props & { scheme: "light" | "dark" }) {
  const { publisherName, nextSteps, supportEmail, supportUrl, termsUrl, privacyUrl } = values;
  const hasAccent = /^#[0-9a-f]{6}$/i.test(values.accent);
  const accent = hasAccent ? readableOn(values.accent.toLowerCase(), cards[scheme]) : ownAccent[scheme];
  const links = [supportUrl && "Support", termsUrl && "Terms", privacyUrl && "Privacy"].filter(Boolean);
  return (
    <figure className={styles.previewCard} data-scheme={scheme}>
      <figcaption>{scheme === "light" ? "Light" : "Dark"}</figcaption>
      {logoUrl ? (
        <img src={logoUrl} alt={publisherName || "The publisher"} />
      ) : (
        <p className={styles.previewName}>{publisherName}</p>
      )}
      <div>
        <p className={styles.previewTitle}>Confirm your purchase</p>
        <p>Thank you for your purchase.</p>
        <p>
          <span className={styles.previewButton} style={{ background: accent, color: textOn(accent) }}>
            Activate subscription
          </span>
        </p>
        {nextSteps && (
          <>
            <p className={styles.previewHeading}>What {publisherName || "the publisher"} does next</p>
            <p className={styles.previewSteps}>{nextSteps}</p>
          </>
        )}
      </div>
      <p>
        {supportEmail && (
          <>
            Questions{publisherName ? ` to ${publisherName}` : ""}: <u style={{ color: accent }}>{supportEmail}</u>
            <br />
          </>
        )}
        {links.map((name) => (
          <u key={name} style={{ color: accent }}>
            {name}
          </u>
        ))}
      </p>
    </figure>
  );
}
