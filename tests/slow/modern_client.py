"""The client of Python's `mcp` 2.x, used as `modern_client.ts` uses the SDK's: the same job on stdin,
the same report on stdout."""

import json
import sys

import anyio
from mcp import MCPError, StdioServerParameters
from mcp.client.client import Client
from mcp_types import Implementation

# Longer than a client that is ready is left alone.
PUSH_S = 5


async def used(job):
    mode = job["mode"]
    pushed = []

    async def note(message):
        method = getattr(message, "method", type(message).__name__)
        # The handler is shown what belongs to a request, too.
        if method != "notifications/progress":
            pushed.append(method)

    server = StdioServerParameters(
        command=job["command"], args=job["args"], env=job["env"], cwd=job["cwd"]
    )
    async with Client(
        server,
        mode=mode if isinstance(mode, str) else mode["pin"],
        client_info=Implementation(name=job["clientName"], version="1.0.0"),
        message_handler=note,
    ) as client:
        await anyio.sleep(PUSH_S)

        async def text(name, args, on_progress=None):
            try:
                result = await client.call_tool(name, args, progress_callback=on_progress)
                return result.content[0].text
            except MCPError as error:
                return f"{error.code} {error}"

        notes = []

        async def progressed(progress, total, message):
            notes.append(progress)

        tools = [tool.name for tool in (await client.list_tools()).tools]
        message = await text("wait_for_message", {"timeout_secs": 30})
        await text("inbox_pop", {"activity_id": json.loads(message)["activity_id"]})
        await text("wait_for_message", {"timeout_secs": 12}, progressed)
        cancelled = "not needed"
        with anyio.move_on_after(1):
            cancelled = await text("wait_for_message", {"timeout_secs": 40})
        return {
            "era": "modern" if client.session.discover_result else "legacy",
            "version": client.protocol_version,
            "serverName": client.server_info.name if client.server_info else None,
            "instructions": client.instructions,
            "tools": tools,
            "message": message,
            "progress": len(notes),
            "cancelled": cancelled,
            "afterwards": await text("list_peers", {}),
            "unknownTool": await text("no_such_tool", {}),
            "listened": await listened(client),
            "pushed": pushed,
        }


async def listened(client):
    try:
        async with client.listen(tools_list_changed=True) as subscription:
            honored = subscription.honored.model_dump(exclude_none=True)
            async for _event in subscription:
                return "an event"
            return f"{json.dumps(honored)} graceful"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    print(json.dumps(anyio.run(used, json.load(sys.stdin))))
