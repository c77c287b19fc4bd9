/**
 * The handover of a workload between two sites as a pure function: {@code next(command,
 * observation)} says the next step, and nothing else decides.
 *
 * <table>
 * <caption>A planned handover; a step is passed when the world is so, whoever brought it about</caption>
 * <tr><th>step</th><th>is passed when</th><th>if it fails</th></tr>
 * <tr><td>check, preflight</td><td>connections, link, topics, guard and dry run are sound</td>
 *     <td>refused, nothing was touched</td></tr>
 * <tr><td>ensureMirrors</td><td>every topic is mirrored at the target</td><td>refused</td></tr>
 * <tr><td>stageTarget</td><td>every object is at the target with this epoch, at zero</td>
 *     <td>back</td></tr>
 * <tr><td>excludeGroups</td><td>no link writes offsets of the groups at the target, nor at the
 *     source, from whichever site</td><td>back</td></tr>
 * <tr><td>catchUp</td><td>mirrors have what the source had at the last look; a round of offset sync
 *     that had begun before has ended: an interval of it has passed, or 30 s</td>
 *     <td>back</td></tr>
 * <tr><td>quiesceSource</td><td>the source is asked for zero, with this epoch</td><td>back</td></tr>
 * <tr><td>drain</td><td>pods and members are gone; owned topics: log ends equal, twice the same;
 *     inputs: the mirror has what was committed</td><td>back</td></tr>
 * <tr><td>writeOffsets</td><td>committed offsets are the same at both sides</td><td>back</td></tr>
 * <tr><td>cut</td><td>it is written at the source's site that the point of no return is passed</td>
 *     <td>back, unless it was written</td></tr>
 * <tr><td>reverse, promote, failover, awaitWritable</td><td>owned topics are writable at the
 *     target</td><td>again; stuck: failover</td></tr>
 * <tr><td>startTarget, awaitReady</td><td>it runs at the target and is ready</td>
 *     <td>again; then failed, for a person</td></tr>
 * <tr><td>includeGroups, retireSource, prune</td><td>offsets flow back, nothing old is left</td>
 *     <td>again, then left with a word</td></tr>
 * </table>
 *
 * <p>Refused is: turnDown (written at the same site, before it is told), refuse. While that site
 * does not answer nobody knows whether another has begun, and nothing is given up.
 *
 * <p>Back is: giveUp (written at the source's site, so that nobody takes it up again),
 * restoreSource, removeTarget, reincludeGroups (at the target), rolledBack.
 *
 * <p>Offsets of a workload's groups flow only away from where it runs: there every link that a
 * connection names leaves them alone, from its start there to the move that takes it away;
 * everywhere else links do as their operators want. Not only the link between source and target
 * counts. Inputs are mirrored from their home to every site where the workload was, and each of
 * those links syncs offsets both ways, older ones over newer ones too.
 *
 * <p>Away from a site that does not answer: check (it is looked for), preflight, stageTarget,
 * excludeGroups, cut (at the target, with what may be missing or done again), failover,
 * startTarget. When it is back: stop (the epoch floor is raised there), cut (with what is beyond),
 * truncate, awaitRestored, retireSource. See {@code Failover} and {@code Reclaim}.
 *
 * <p>A workload without topics goes the same way without the data plane's steps. For it nothing is
 * final before the target is ready, so cut comes then, and until then a target that doesn't get
 * ready leads back too.
 *
 * <p>{@code Handover} says by what is written down where a command is: {@code Before} the point of
 * no return, {@code Forward} or {@code Back}; each asks {@code Facts}, {@code Copies}, {@code
 * DataChecks} and {@code GroupChecks} for what can be told from the sites.
 */
package dev.tradewind.sinks.handover;
