import type { Context } from "hono";

/** The fields of a submitted form; null if its body cannot be read as one, for example a multipart body without a boundary. */
export async function readForm(c: Context): Promise<Record<string, unknown> | null> {
  try {
    return await c.req.parseBody();
  } catch (error) {
    // A body that is too large causes another error, which the caller handles.
    if (error instanceof TypeError) return null;
    throw error;
  }
}
