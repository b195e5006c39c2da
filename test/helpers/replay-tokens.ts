/** Security tokens made up for a replay, in the recorded answer's shape: what was recorded of it breaks off before them. */
import { randomBytes } from "node:crypto";

export interface Tokens {
  text: string;
  issued: { domain: string; ticket: string; secret: string }[];
}

const DAY_MS = 86_400_000;

/** `recorded`: the beginning of the recorded answer, in which the token for `http://Passport.NET/tb` stands whole. */
export function issueTokens(request: string, recorded: string, nowMs: number): Tokens {
  const domains = [...request.matchAll(/<wsa:Address[^>]*>([^<]+)</g)].map(([, domain = ""]) => domain);
  const issued = domains
    .filter((domain) => !/passport\.net\/tb$/i.test(domain))
    .map((domain) => ({
      domain,
      ticket: `t=${randomBytes(10).toString("hex")}${"A".repeat(860)}&p=`,
      secret: randomBytes(24).toString("base64"),
    }));
  const endOfFirst = "</wst:RequestSecurityTokenResponse>";
  const start = recorded.slice(0, recorded.indexOf(endOfFirst) + endOfFirst.length);
  const [created, expires] = [nowMs, nowMs + DAY_MS].map((ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`);
  const text = [
    start,
    ...issued.map((token, at) => tokenXml(token, at + 1)),
    "\t\t</wst:RequestSecurityTokenResponseCollection>\n\t</S:Body>\n</S:Envelope>\n",
  ].join("\n");
  return {
    text: text
      .replaceAll(/<wsu:Created>[^<]*/g, `<wsu:Created>${created}`)
      .replaceAll(/<wsu:Expires>[^<]*/g, `<wsu:Expires>${expires}`),
    issued,
  };
}

/** Only the token that a client signs in with has a key of its own (protocol reference 2.4). */
function tokenXml({ domain, ticket, secret }: Tokens["issued"][number], at: number): string {
  const proof = /^messengerclear\./.test(domain)
    ? `
				<wst:RequestedProofToken>
					<wst:BinarySecret>${secret}</wst:BinarySecret>
				</wst:RequestedProofToken>`
    : "";
  return `			<wst:RequestSecurityTokenResponse>
				<wst:TokenType>urn:passport:compact</wst:TokenType>
				<wsp:AppliesTo xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/03/addressing">
					<wsa:EndpointReference>
						<wsa:Address>${domain}</wsa:Address>
				</wsa:EndpointReference>
				</wsp:AppliesTo>
				<wst:LifeTime>
					<wsu:Created></wsu:Created>
					<wsu:Expires></wsu:Expires>
				</wst:LifeTime>
				<wst:RequestedSecurityToken>
					<wsse:BinarySecurityToken Id="Compact${at}">${ticket.replaceAll("&", "&amp;")}</wsse:BinarySecurityToken>
				</wst:RequestedSecurityToken>
				<wst:RequestedTokenReference>
					<wsse:KeyIdentifier ValueType="urn:passport:compact"></wsse:KeyIdentifier>
					<wsse:Reference URI="#Compact${at}"></wsse:Reference>
				</wst:RequestedTokenReference>${proof}
			</wst:RequestSecurityTokenResponse>`;
}
