/** Imported before anything of the Apollo family: its gateway class reports its start to its maker unless this is set. */
process.env['APOLLO_TELEMETRY_DISABLED'] = '1';
