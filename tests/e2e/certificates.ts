/** Certificates made by openssl for one test: an authority of its own and what it vouches for. */
export class Certificates implements AsyncDisposable {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Whether openssl is here. */
  static get available(): boolean {
    try {
      return new Deno.Command("openssl", { args: ["version"] }).outputSync().success;
    } catch {
      return false; // Not installed.
    }
  }

  static async make(): Promise<Certificates> {
    const directory = await Deno.makeTempDir({ prefix: "molecule-tls-" });
    await openssl(directory, `req -x509 ${KEY} -keyout ca.key -out ca.pem -subj /CN=Test`);
    return new Certificates(directory);
  }

  /** The authority's PEM file, as DENO_CERT takes it. */
  get authority(): string {
    return `${this.#directory}/ca.pem`;
  }

  /** A certificate for a host name, with its key. */
  async for(host: string, { days = 30 } = {}): Promise<{ cert: string; key: string }> {
    const at = (name: string) => `${this.#directory}/${name}`;
    await Deno.writeTextFile(at("ext"), `subjectAltName=DNS:${host}\nbasicConstraints=CA:FALSE\n`);
    await openssl(this.#directory, `req -new ${KEY} -keyout key.pem -out csr.pem -subj /CN=x`);
    await openssl(
      this.#directory,
      "x509 -req -in csr.pem -CA ca.pem -CAkey ca.key -CAcreateserial -out cert.pem " +
        `-extfile ext -days ${days}`,
    );
    return {
      cert: await Deno.readTextFile(at("cert.pem")),
      key: await Deno.readTextFile(at("key.pem")),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#directory, { recursive: true });
  }
}

const KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";

async function openssl(cwd: string, args: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", { args: args.split(" "), cwd })
    .output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
