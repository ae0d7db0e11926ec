import { addRequestMessageTool } from "./catalog/add_request_message.ts";
import { cancelRequestTool } from "./catalog/cancel_request.ts";
import { checkRequestsTool } from "./catalog/check_requests.ts";
import { createApprovalTool } from "./catalog/create_approval.ts";
import { createRequestTool } from "./catalog/create_request.ts";
import { getRequestTool } from "./catalog/get_request.ts";
import { listInboxTool } from "./catalog/list_inbox.ts";
import { respondRequestTool } from "./catalog/respond_request.ts";
import { broadcastMessageTool } from "./catalog/broadcast_message.ts";
import { chatHistoryTool } from "./catalog/chat_history.ts";
import { checkTaskStatusTool } from "./catalog/check_task_status.ts";
import { commitMemoryTool } from "./catalog/commit_memory.ts";
import type { Tool } from "./support/define_tool.ts";
import { delegateTaskTool } from "./catalog/delegate_task.ts";
import { delegateTaskAsyncTool } from "./catalog/delegate_task_async.ts";
import { getRuntimeIdentityTool } from "./catalog/get_runtime_identity.ts";
import { getWorkspaceInfoTool } from "./catalog/get_workspace_info.ts";
import { inboxPeekTool } from "./catalog/inbox_peek.ts";
import { inboxPopTool } from "./catalog/inbox_pop.ts";
import { listPeersTool } from "./catalog/list_peers.ts";
import { recallMemoryTool } from "./catalog/recall_memory.ts";
import { sendMessageToUserTool } from "./catalog/send_message_to_user.ts";
import { updateAgentCardTool } from "./catalog/update_agent_card.ts";
import { waitForMessageTool } from "./catalog/wait_for_message.ts";

/** Every tool, in the order of the reference (tests/README.md, "The tool table"). */
export const TOOLS: readonly Tool[] = [
  delegateTaskTool,
  delegateTaskAsyncTool,
  checkTaskStatusTool,
  listPeersTool,
  getWorkspaceInfoTool,
  getRuntimeIdentityTool,
  updateAgentCardTool,
  broadcastMessageTool,
  sendMessageToUserTool,
  createRequestTool,
  createApprovalTool,
  checkRequestsTool,
  listInboxTool,
  getRequestTool,
  respondRequestTool,
  addRequestMessageTool,
  cancelRequestTool,
  waitForMessageTool,
  inboxPeekTool,
  inboxPopTool,
  chatHistoryTool,
  commitMemoryTool,
  recallMemoryTool,
];
