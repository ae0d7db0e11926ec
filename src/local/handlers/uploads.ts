/**
 * Uploading files and fetching staged ones (src/platform/API.md, "Files").
 *
 * @module
 */
import { readForm } from "../server/form.ts";
import { isUuid } from "../../lib/uuid.ts";
import { urlProblem } from "../access/url_safety.ts";
import type { PlatformContext } from "../context.ts";
import { mintInboundSecret } from "../delivery/inbound_secret.ts";
import { stageFiles } from "../delivery/staging.ts";
import { isAtLeast } from "../options.ts";
import { type Exchange, param } from "../server/exchange.ts";
import { fail, json, noSuchEndpoint } from "../server/http.ts";
import type { UploadRow, WorkspaceRow } from "../state/rows.ts";

const MIB = 1024 * 1024;
const MAX_REQUEST_BYTES = 50 * MIB;
const MAX_FILE_BYTES = 25 * MIB;
const MAX_FILES = 64;
const N2_BYTES = 100 * MIB; // For the request as for a file.
const N2_ATTACHMENTS = 10;
const INGEST_PATH = "/internal/chat/uploads/ingest";

/** POST /workspaces/{id}/chat/uploads */
export async function uploadFiles(
  platform: PlatformContext,
  exchange: Exchange,
): Promise<Response> {
  const row = platform.store.workspace(param(exchange, "id"));
  if (!row || row.status === "removed") return fail(404, "workspace not found");
  if (row.deliveryMode !== "poll") return await forward(platform, row, exchange);
  const files = await filesOf(platform, exchange);
  if (files instanceof Response) return files;
  return json(200, { files: await stageFiles(platform, row.id, files) });
}

/** GET /workspaces/{id}/pending-uploads/{fileId}/content */
export function getContent(platform: PlatformContext, exchange: Exchange): Response {
  const upload = findPending(platform, exchange);
  if (upload instanceof Response) return upload;
  if (!upload) return fail(404, "pending upload not found or expired");
  return new Response(upload.content, {
    headers: {
      "Content-Type": upload.mimeType,
      "Content-Disposition": `attachment; filename="${upload.name}"`,
      "Content-Length": String(upload.content.length),
    },
  });
}

/** POST /workspaces/{id}/pending-uploads/{fileId}/ack */
export function acknowledgeUpload(platform: PlatformContext, exchange: Exchange): Response {
  const upload = findPending(platform, exchange);
  if (upload instanceof Response) return upload;
  if (!upload) return fail(404, "pending upload not found, expired, or already acked");
  platform.store.updateUpload(upload.id, { ackedAt: platform.clock.nowMicros() });
  return json(200, { acked: true });
}

/** GET /uploads/limits (N2) */
export function getLimits(platform: PlatformContext): Response {
  if (!isAtLeast(platform.options, "n2")) return noSuchEndpoint();
  return json(200, {
    per_file_bytes: N2_BYTES,
    per_request_bytes: N2_BYTES,
    max_attachments_per_message: N2_ATTACHMENTS,
  });
}

function findPending(
  platform: PlatformContext,
  exchange: Exchange,
): UploadRow | Response | undefined {
  const fileId = param(exchange, "fileId");
  if (!isUuid(fileId)) return fail(400, "invalid file_id");
  const upload = platform.store.upload(param(exchange, "id"), fileId);
  // N2 keeps what was acknowledged until a sweep, a day after it came.
  return upload?.ackedAt === null || isAtLeast(platform.options, "n2") ? upload : undefined;
}

async function filesOf(
  platform: PlatformContext,
  exchange: Exchange,
): Promise<File[] | Response> {
  const isN2 = isAtLeast(platform.options, "n2");
  const [maxRequest, maxFile] = isN2 ? [N2_BYTES, N2_BYTES] : [MAX_REQUEST_BYTES, MAX_FILE_BYTES];
  if (exchange.body.length > maxRequest) return fail(400, "malformed multipart body");
  const form = await parseForm(exchange);
  if (!form) return fail(400, "malformed multipart body");
  const files = form.getAll("files").filter((value) => value instanceof File);
  if (files.length === 0) return fail(400, "no files field in request");
  if (files.length > MAX_FILES) return fail(400, `too many files (limit ${MAX_FILES})`);
  // The column that keeps the size demands at least one byte.
  if (files.some((file) => file.size === 0)) return fail(500, "could not stage files");
  const tooLarge = files.find((file) => file.size > maxFile);
  if (!tooLarge) return files;
  return fail(413, "file exceeds per-file cap", {
    filename: tooLarge.name,
    size: tooLarge.size,
    max: maxFile,
  });
}

async function parseForm(exchange: Exchange): Promise<FormData | undefined> {
  const contentType = exchange.headers.get("Content-Type") ?? "";
  try {
    return await readForm(exchange.body, contentType);
  } catch {
    return undefined; // Not a multipart form; the caller answers with the endpoint's error.
  }
}

/** A push-mode workspace takes the form itself; the inbound secret tells it who is calling. */
async function forward(
  platform: PlatformContext,
  row: WorkspaceRow,
  exchange: Exchange,
): Promise<Response> {
  if (!row.url) {
    return row.deliveryMode === "push"
      ? fail(503, "workspace url not registered yet")
      : fail(422, "workspace has no callback URL — chat upload requires push-mode + public URL", {
        detail: "Register the workspace in poll mode, or in push mode with a public URL.",
      });
  }
  if (row.inboundSecret === null) return mintInboundSecret(platform, row.id);
  if (await urlProblem(row.url, platform.options)) return fail(502, "workspace unreachable");
  try {
    const response = await fetch(new URL(INGEST_PATH, row.url), {
      method: "POST",
      headers: {
        "Content-Type": exchange.headers.get("Content-Type") ?? "",
        "Authorization": `Bearer ${row.inboundSecret}`,
      },
      body: exchange.body,
      redirect: "manual",
      signal: platform.background.signal,
      client: platform.agentClient,
    });
    return new Response(await response.text(), {
      status: response.status,
      headers: { "Content-Type": response.headers.get("Content-Type") ?? "application/json" },
    });
  } catch {
    return fail(502, "workspace unreachable"); // Whatever the cause, the agent did not answer.
  }
}
