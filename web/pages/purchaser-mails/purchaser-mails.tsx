import { NativeSelect, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Language, languageNames, languages } from "../../../shared/languages.ts";
import { type PurchaserMailKind, purchaserMailKindLabels, purchaserMailKinds } from "../../../shared/notifications.ts";
import { PageHeader } from "../../components/page-header.tsx";
import { Problem } from "../../components/problem.tsx";
import { trpc } from "../../trpc.ts";
import { MailForm } from "./mail-form.tsx";
import * as pageStyles from "../../components/page.module.css";
import * as styles from "./purchaser-mails.module.css";

export function PurchaserMailsPage() {
  const list = useQuery(trpc.purchaserMails.list.queryOptions());
  const [kind, setKind] = useState<PurchaserMailKind>("active");
  const [language, setLanguage] = useState<Language>("en");
  const mail = list.data?.find((one) => one.kind === kind);
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Purchaser emails"
        note="Emails to purchasers about their purchase and its payment, in the language in which they confirmed the purchase."
      />
      {list.error && !list.data ? (
        <Problem error={list.error} onRetry={() => void list.refetch()} />
      ) : !mail ? (
        <Skeleton height={480} />
      ) : (
        <>
          <div className={styles.mailChoice}>
            <NativeSelect
              label="Email"
              data={purchaserMailKinds.map((value) => ({
                value,
                label: `${purchaserMailKindLabels[value]}${list.data?.find((one) => one.kind === value)?.isEnabled ? "" : " (off)"}`,
              }))}
              value={kind}
              onChange={(event) => setKind(event.currentTarget.value as PurchaserMailKind)}
            />
            <NativeSelect
              label="Language"
              data={languages.map((value) => ({ value, label: languageNames[value] }))}
              value={language}
              onChange={(event) => setLanguage(event.currentTarget.value as Language)}
            />
          </div>
          <MailForm key={`${kind} ${language}`} mail={mail} language={language} />
        </>
      )}
    </div>
  );
}
