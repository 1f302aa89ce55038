/** What the stock engine gets wrong, for the cases that show it. */
export const stockFaults = {
  argumentsMerge: 'required selections that differ in arguments alone are merged by their response name',
  aliasLost: 'an alias that is the name of a key or of a required field gets the value of that field',
  nestedRequires: 'a required field is asked for without its own inputs where the subgraph at hand serves it',
  halfRepresentations: 'entities of other types than the one asked for are sent without their key',
  conditionSpreads: 'what a field that is left out requires is required for the others in its request too',
  conditionLost: 'a field with a condition in fragments of an interface is left out',
  typenameOverwritten: 'the name of a type is overwritten by that of the interface by which more was fetched',
  emptyObject: 'an object of which nothing is left is null',
  circular: 'planning fails where a fetch is merged into one that waits for it',
  endless:
    'a fetch is made to wait for itself, and planning follows it until the memory of an array is used up',
  labels: 'the labels of a progressive override are never in force',
  typeless: 'a value of an interface without types is dropped from its list',
  order: 'fields come in the order in which fragments were merged, not of first appearance',
  representationsVariable: 'a variable of the client called `representations` is overwritten',
  reservedAliases: 'an alias may begin with two underscores',
  silentNull: 'a field to which there is no way is null without an error',
} as const;
