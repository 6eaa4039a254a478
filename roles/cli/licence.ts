// `parley licence …`: the rules of licensing for whoever asks, and the licences of this server beside its data.
import type { Command } from 'commander';
import type { Run } from './command.ts';
import { addCasesCommand } from './licence-acceptance.ts';
import { addAgreementCommands } from './licence-agreement.ts';
import { addAssignCommands } from './licence-assign.ts';
import { addAssuranceCommands } from './licence-assurance.ts';
import { addCheckCommand } from './licence-check.ts';
import { addEstateCommands } from './licence-estate.ts';
import { addEvaluateCommand } from './licence-evaluate.ts';
import { addEvidenceCommands } from './licence-evidence.ts';
import { addExportCommands } from './licence-export.ts';
import { addFileCommands } from './licence-file.ts';
import { addImportCommand } from './licence-import.ts';
import { addOptimiseCommands } from './licence-optimise.ts';
import { addPositionCommands } from './licence-position.ts';
import { addRulesCommands } from './licence-rules.ts';
import { addServerCommands } from './licence-server.ts';
import { addSettingsCommands } from './licence-settings.ts';
import { addStockCommands } from './licence-stock.ts';
import { addTradeCommands } from './licence-trade.ts';
import { addTrueUpCommand } from './licence-true-up.ts';
import { addWebhookCommands } from './licence-webhook.ts';

export function addLicenceCommands(program: Command, run: Run): void {
  const licence = program
    .command('licence')
    .description('Licences: what is owned, needed and allowed, and the cheapest way to cover it');
  licence.commandsGroup('Of this server, running or not:');
  addPositionCommands(licence, run);
  addStockCommands(licence, run);
  addAgreementCommands(licence, run);
  addAssignCommands(licence, run);
  addEvidenceCommands(licence, run);
  addOptimiseCommands(licence, run);
  addTrueUpCommand(licence, run);
  addServerCommands(licence, run);
  addFileCommands(licence, run);
  addImportCommand(licence, run);
  addExportCommands(licence, run);
  addSettingsCommands(licence, run);
  addWebhookCommands(licence, run);
  licence.commandsGroup('The rules themselves, without a server:');
  addRulesCommands(licence, run);
  addCheckCommand(licence, run);
  addTradeCommands(licence, run);
  addAssuranceCommands(licence, run);
  addEstateCommands(licence, run);
  addEvaluateCommand(licence, run);
  addCasesCommand(licence, run);
}
