import { join } from "@std/path";
import { readPrivateFile, removePrivateFile, writePrivateFile } from "../lib/files/private_file.ts";
import type { Settings } from "../config/settings.ts";
import { decodeJson, field, isObject, type JsonObject } from "../lib/json.ts";
import { errorText } from "../lib/error_text.ts";
import type { AgentCard } from "../platform/api/registry.ts";

const FILE = ".mcp_agent_card";
const VERSION = 1;

/** The settings of a card that a process was started with. */
type CardSettings = Settings["agentCard"];

/**
 * The card that the agent gave itself with `update_agent_card`, in the state directory:
 * registration by any process of the workspace must not replace it with the plain one. A setting
 * that has a value now, and had another or none when the card was set, takes precedence over it.
 */
export class RememberedCard {
  readonly #settings: CardSettings;
  readonly #plain: JsonObject;
  readonly #path: string;
  readonly #report: (line: string) => void;

  constructor(settings: Settings, workspaceId: string, report: (line: string) => void) {
    this.#settings = settings.agentCard;
    this.#plain = { ...agentCard(settings, workspaceId) };
    this.#path = join(settings.stateDir, `${FILE}_${workspaceId}`);
    this.#report = report;
  }

  /** The card to register with. Never throws: without a readable one it is that of the settings. */
  async current(): Promise<JsonObject> {
    try {
      const text = (await readPrivateFile(this.#path))?.content;
      if (text === undefined) return this.#plain;
      const saved = decodeJson(text);
      const card = field(saved, "card");
      if (field(saved, "version") !== VERSION || !isObject(card)) {
        this.#report(
          `Ignoring ${this.#path}: it is damaged. The agent card comes from the settings`,
        );
        return this.#plain;
      }
      if (!this.#sayMoreThan(field(saved, "settings"))) return card;
      await removePrivateFile(this.#path);
    } catch (error) {
      this.#report(`Cannot read the remembered agent card: ${errorText(error)}`);
    }
    return this.#plain;
  }

  /** Keeps the card for later processes. Never throws: the platform has it anyway. */
  async save(card: JsonObject): Promise<void> {
    const text = JSON.stringify({ version: VERSION, settings: this.#settings, card });
    try {
      await writePrivateFile(this.#path, text, { secret: false });
    } catch (error) {
      this.#report(
        `Cannot remember the agent card: ${
          errorText(error)
        }. The next start registers the one from the ` +
          "settings",
      );
    }
  }

  #sayMoreThan(before: unknown): boolean {
    const { name, description, skills } = this.#settings;
    return (name !== undefined && name !== field(before, "name")) ||
      (description !== undefined && description !== field(before, "description")) ||
      (skills.length > 0 && JSON.stringify(skills) !== JSON.stringify(field(before, "skills")));
  }
}

/**
 * The card that register sends (src/platform/API.md, "Register"): from the environment, else a
 * plain default.
 */
export function agentCard(settings: Settings, workspaceId: string): AgentCard {
  const { name, description, skills } = settings.agentCard;
  return {
    name: name ?? `molecule-mcp-${workspaceId.slice(0, 8)}`,
    ...(description !== undefined && { description }),
    skills,
  };
}
