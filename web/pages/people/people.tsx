import { Checkbox, Group, TextInput } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { findPersonInput } from "../../../shared/inputs/people.ts";
import type { PersonView } from "../../../shared/views/people.ts";
import { Button } from "../../components/button.tsx";
import { GuardedButton } from "../../components/guarded-button.tsx";
import { lazyPart } from "../../components/lazy-part.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Problem } from "../../components/problem.tsx";
import { announce } from "../../shell/announce.tsx";
import { trpc } from "../../trpc.ts";
import { downloadJson } from "../../components/download-json.ts";
import * as pageStyles from "../../components/page.module.css";
import * as styles from "./people.module.css";

const EraseDialog = lazyPart(() => import("./erase-dialog.tsx"), "EraseDialog");

export function PeoplePage() {
  const find = useMutation(trpc.people.find.mutationOptions());
  const form = useForm({ initialValues: { email: "" }, validate: schemaResolver(findPersonInput, { sync: true }) });
  const search = form.onSubmit(({ email }) => find.mutate({ email }));
  return (
    <div className={pageStyles.page}>
      <PageHeader
        title="Personal data"
        note="Export or erase everything that Marketdesk stores about a person, at that person’s request."
      />
      <form onSubmit={search} noValidate className={styles.peopleSearch}>
        <TextInput
          label="Email address"
          type="text"
          inputMode="email"
          autoComplete="off"
          maxLength={320}
          {...form.getInputProps("email")}
        />
        <Button type="submit" loading={find.isPending}>
          Find
        </Button>
      </form>
      {find.error && <Problem error={find.error} onRetry={() => search()} />}
      {find.data && <Person key={find.data.email} person={find.data} onErased={() => find.reset()} />}
    </div>
  );
}

function Person({ person, onErased }: { person: PersonView; onErased(): void }) {
  const { email, names, phones, subscriptions, staff } = person;
  const [chosen, choose] = useState(() => ({
    names: names.filter(({ isShared }) => !isShared).map(({ value }) => value),
    phones,
  }));
  const [isErasing, setErasing] = useState(false);
  const exportData = useMutation(trpc.people.export.mutationOptions());
  const active = staff.find(({ maySignIn }) => maySignIn);

  async function download() {
    const content = await exportData.mutateAsync({ email, ...chosen });
    downloadJson(`personal-data-${content.exportedAt.slice(0, 10)}.json`, content);
    announce("Exported. The export is logged.");
  }

  return (
    <section aria-labelledby="person-heading" className={styles.personData}>
      <h2 id="person-heading">
        <bdi>{email}</bdi>
      </h2>
      <Checkbox.Group
        label="Names"
        description={names.length === 0 ? "No name is known for this address." : "Search for these names as well."}
        value={chosen.names}
        onChange={(next) => choose({ ...chosen, names: next })}
      >
        {names.map(({ value, isShared }) => (
          <Checkbox
            key={value}
            value={value}
            label={<bdi>{value}</bdi>}
            description={isShared ? "Someone with another address has this name too. Their entries would match." : null}
          />
        ))}
      </Checkbox.Group>
      {phones.length > 0 && (
        <Checkbox.Group
          label="Phone numbers"
          value={chosen.phones}
          onChange={(next) => choose({ ...chosen, phones: next })}
        >
          {phones.map((value) => (
            <Checkbox key={value} value={value} label={<bdi>{value}</bdi>} />
          ))}
        </Checkbox.Group>
      )}
      <Subscriptions of={subscriptions} />
      {exportData.error && <Problem error={exportData.error} onRetry={() => void download()} />}
      <Group gap="xs">
        <Button variant="default" loading={exportData.isPending} onClick={() => void download().catch(() => {})}>
          Export
        </Button>
        <GuardedButton
          variant="default"
          blockedReason={active ? `${active.name} can still sign in. Block them under Staff first.` : null}
          onClick={() => setErasing(true)}
        >
          Erase…
        </GuardedButton>
      </Group>
      <Suspense>
        {isErasing && (
          <EraseDialog person={person} chosen={chosen} onErased={onErased} onClose={() => setErasing(false)} />
        )}
      </Suspense>
    </section>
  );
}

function Subscriptions({ of: subscriptions }: { of: PersonView["subscriptions"] }) {
  return (
    <div>
      <h3>Subscriptions</h3>
      {subscriptions.length === 0 ? (
        <p className="dim">
          No subscription names this address. Activity and webhook calls are searched when you export or erase.
        </p>
      ) : (
        <ul>
          {subscriptions.map(({ id, name, hasEnded, as }) => (
            <li key={id}>
              <bdi>{name}</bdi>: {as.join(", ")}
              {hasEnded ? ", ended" : ""}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
