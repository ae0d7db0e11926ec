/** What the inbox tools answer where nobody fetches messages (runtime-behaviour D9). */
export const INBOX_DISABLED =
  "Error: inbox polling is not enabled in this process (MOLECULE_MCP_DISABLE_INBOX is set). " +
  "Unset it and restart to receive messages here";
