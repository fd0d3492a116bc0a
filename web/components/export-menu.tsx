import { stringifySearch } from "../url-search.ts";
import { Dropdown } from "./dropdown.tsx";

type Props = { of: "subscriptions" | "operations" | "deliveries" | "activity"; filters: Record<string, unknown> };

/** Downloads exactly what the filters let through, all pages of it. */
export function ExportMenu({ of, filters }: Props) {
  const query = stringifySearch({ ...filters, cursor: undefined });
  return (
    <Dropdown label="Export" title="Export what the filters let through">
      {(close) => (
        <>
          <p className="dim">Every page of this view; the export goes on record.</p>
          {/* Not links of the router: the server answers with a file. */}
          <a className="dropdown-item" href={`/exports/${of}.csv${query}`} download onClick={close}>
            CSV, for spreadsheets
          </a>
          <a className="dropdown-item" href={`/exports/${of}.json${query}`} download onClick={close}>
            JSON, for programs
          </a>
        </>
      )}
    </Dropdown>
  );
}
