/**
 * The task under which Windows runs Rollcall while its user is signed in. A service in Windows' own sense has to answer
 * the service manager from native code, which would be one more program to install; the task scheduler is there. Pure.
 */

export interface Task {
  /** The Node that runs it. */
  program: string;
  arguments: readonly string[];
  /** Where it lies. */
  programFolder: string;
}

export const TASK_NAME = "Rollcall";

/** As `schtasks /Create /XML` reads it. */
export function taskText({ program, arguments: words, programFolder }: Task): string {
  return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Rollcall presence logger</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
    </LogonTrigger>
  </Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>999</Count>
    </RestartOnFailure>
    <Hidden>true</Hidden>
  </Settings>
  <Actions>
    <Exec>
      <Command>${escaped(program)}</Command>
      <Arguments>${escaped(words.map(quoted).join(" "))}</Arguments>
      <WorkingDirectory>${escaped(programFolder)}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
`;
}

/** As a Windows program takes its command line apart. */
function quoted(word: string): string {
  return /[\s"]/.test(word) ? `"${word.replaceAll('"', '\\"')}"` : word;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
