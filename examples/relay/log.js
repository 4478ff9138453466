/** The relay's log, for plugins that are run from the command line: `hatchway run --imports log.js …`. */
export default {
  'hatchway:relay/log': {
    write: (level, line) => console.log(`${level}: ${line}`),
  },
};
