/**
 * How commands, outcomes and states are written in the managers' log, in snapshots, and where an
 * operator's command travels to the leader.
 *
 * <p>Owns the encoding {@code swarm.log.v1} and its version. Promises that what was once written
 * stays readable, that what is read back is equal, and that anything it does not know is an {@link
 * dev.swarm.codec.UnreadableException}, never skipped: the replica that meets it stops and says so.
 * Leaves files and agreement to {@code consensus}.
 *
 * <p><b>When the encoding changes.</b> Managers of two releases run side by side during an upgrade,
 * and every replica must come to the same state. So:
 *
 * <ul>
 *   <li>A number of a field or of a kind is never used again, and no field changes its type.
 *   <li>A field is added only if an older program that skips it still comes to the same state, and
 *       if its default means what was before. Then the version stays.
 *   <li>A new kind of command needs no new version either: an older program stops at it. It is
 *       proposed only after all managers are upgraded.
 *   <li>Whatever else changes what an entry or a snapshot means raises {@code LogCodec.VERSION} and
 *       adds {@link dev.swarm.model.Rules}, by which a leader writes once all members know them.
 *       The reader goes on to know all versions from 1 on, and decides by the version it reads.
 *   <li>The golden files under {@code src/test/resources/golden} stay as they are, and {@code
 *       SHA256SUMS} beside them says how that is. Give {@code Samples} a value for what is new, run
 *       {@code mvn test -Dtest=GoldenFilesTest -Dswarm.golden=write}, which adds files and their
 *       sums and changes none, look at the texts beside them, and commit all. A text of an older
 *       file changes only by a new field with its default.
 * </ul>
 */
package dev.swarm.codec;
