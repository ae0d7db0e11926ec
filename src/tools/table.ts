import { broadcastMessageTool } from "./broadcast_message.ts";
import { chatHistoryTool } from "./chat_history.ts";
import { checkTaskStatusTool } from "./check_task_status.ts";
import { commitMemoryTool } from "./commit_memory.ts";
import type { Tool } from "./define_tool.ts";
import { delegateTaskTool } from "./delegate_task.ts";
import { delegateTaskAsyncTool } from "./delegate_task_async.ts";
import { getRuntimeIdentityTool } from "./get_runtime_identity.ts";
import { getWorkspaceInfoTool } from "./get_workspace_info.ts";
import { inboxPeekTool } from "./inbox_peek.ts";
import { inboxPopTool } from "./inbox_pop.ts";
import { listPeersTool } from "./list_peers.ts";
import { recallMemoryTool } from "./recall_memory.ts";
import { sendMessageToUserTool } from "./send_message_to_user.ts";
import { updateAgentCardTool } from "./update_agent_card.ts";
import { waitForMessageTool } from "./wait_for_message.ts";

/** Every tool, in the order of the reference (spec/tools.json). */
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
  waitForMessageTool,
  inboxPeekTool,
  inboxPopTool,
  chatHistoryTool,
  commitMemoryTool,
  recallMemoryTool,
];
