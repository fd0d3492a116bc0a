import { Skeleton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { messageOf } from "../../text/call-errors.ts";
import { trpc } from "../../trpc.ts";
import type { MailInput } from "./use-test-mail.ts";
import * as styles from "./purchaser-mails.module.css";

const previewAfterMs = 300;

export function MailPreview({ input }: { input: MailInput }) {
  const [shown] = useDebouncedValue(JSON.stringify(input), previewAfterMs);
  const preview = useQuery(
    trpc.purchaserMails.preview.queryOptions(JSON.parse(shown) as MailInput, {
      placeholderData: keepPreviousData,
      retry: false,
    }),
  );
  const { data } = preview;
  return (
    <section className={styles.mailPreview} aria-label="Preview">
      <h2>Preview</h2>
      {preview.error ? (
        <p className="dim">{messageOf(preview.error)}</p>
      ) : !data ? (
        <Skeleton height={300} />
      ) : (
        <div className={styles.mailPage} lang={data.language} dir={data.direction}>
          <p className="dim">{data.sender}</p>
          <h3>{data.subject}</h3>
          {data.paragraphs.map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
          <dl>
            {data.facts.map(({ label, value }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          <p className={styles.mailButton}>{data.button}</p>
          <p className="dim">{data.footer.join(" · ")}</p>
        </div>
      )}
    </section>
  );
}
