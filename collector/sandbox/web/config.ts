/** The configuration that newer clients fetch before anything else (appendix E): where the other services are. */
import { answer, type WebAnswer, type WebRequest, XML } from "./exchange.ts";
import { HEAD } from "./soap.ts";
import { escapeXml } from "./xml.ts";

export function clientConfig({ origin }: WebRequest): WebAnswer {
  const book = escapeXml(`${origin}/abservice/abservice.asmx`);
  const config = `<MsgrConfig><Simple><Config><ExpiresInDays>0</ExpiresInDays></Config></Simple><TabConfig><msntabdata></msntabdata><msntabsettings><oemdisplaylimit>1</oemdisplaylimit><oemtotallimit>1</oemtotallimit></msntabsettings></TabConfig><AbchCfg><abchconfig><url>${book}</url></abchconfig></AbchCfg></MsgrConfig>`;
  return answer(
    200,
    XML,
    `${HEAD}<soap:Body><GetClientConfigResponse xmlns="http://www.msn.com/webservices/Messenger/Client"><GetClientConfigResult><![CDATA[${config}]]></GetClientConfigResult></GetClientConfigResponse></soap:Body></soap:Envelope>`,
  );
}
