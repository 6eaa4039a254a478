// `parley licence webhook`: addresses that are told when licences run short, files or terms end.
import type { Command } from 'commander';
import { type Answer, table } from './answer.ts';
import { type CommonOptions, type Run, withCommonOptions } from './command.ts';
import { removing } from './licence-remove.ts';
import { atTheDesk } from './licence-visit.ts';

interface WebhookOptions extends CommonOptions {
  readonly event: readonly string[];
}

export function addWebhookCommands(licence: Command, run: Run): void {
  const webhook = licence.command('webhook').description('Addresses that are told of what happens');
  withCommonOptions(webhook.command('list'), ['parley licence webhook list'])
    .description('Who is told of what')
    .action(run(listWebhooks));
  withCommonOptions(webhook.command('add <url>'), [
    'parley licence webhook add https://example.com/licences --event over-limit grace-start sa-ending',
  ])
    .description('Add one; the secret of its signatures is shown once')
    .requiredOption('--event <event...>', 'of which events')
    .action(run(addWebhook));
  withCommonOptions(webhook.command('remove <id>'), ['parley licence webhook remove 12ab…'])
    .description('Tell an address nothing more')
    .option('--reason <text>', 'for the audit', '')
    .action(
      run((webhookId: string, options: CommonOptions) =>
        removing(options, 'webhook-remove', { webhookId }, 'The address is told nothing more.'),
      ),
    );
}

async function listWebhooks(options: CommonOptions): Promise<Answer> {
  return await atTheDesk(options, async (desk) => {
    const { webhooks } = await desk.operate('webhook-list', {});
    const rows = webhooks.map(({ webhookId, url, events }) => [webhookId, url, events.join(', ')]);
    return {
      data: { webhooks },
      text: rows.length === 0 ? ['None.'] : table([['ID', 'ADDRESS', 'EVENTS'], ...rows]),
    };
  });
}

async function addWebhook(url: string, { event, ...options }: WebhookOptions): Promise<Answer> {
  return await atTheDesk(options, async (desk) => {
    const { webhookId, secret } = await desk.operate('webhook-put', { url, events: [...event] });
    return {
      data: { webhookId, secret },
      text: [
        `${url} is told of ${event.join(', ')}.`,
        `Secret of the signatures (shown only now): ${secret}`,
      ],
    };
  });
}
