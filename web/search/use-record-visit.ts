import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { trpc } from "../trpc.ts";
import { recordVisit, type Visit } from "./recent.ts";

/** Suggests this page in the search field from now on. */
export function useRecordVisit(kind: Visit["kind"], id: string, title: string): void {
  const me = useQuery(trpc.me.get.queryOptions());
  const personId = me.data?.id;
  useEffect(() => {
    if (personId !== undefined) recordVisit(personId, { kind, id, title });
  }, [personId, kind, id, title]);
}
