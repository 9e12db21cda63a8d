// Package verify holds leaked secrets against stored hashes.
//
// What a store did to a password before it hashed it stands in rules, which ReadHashSteps reads; known answers,
// which ReadKnownAnswers reads, prove them. Recipes are rules that can be used:
//
//   - New makes them of what a build is told, and a Prover refuses, on the way of the export into the index, what
//     the known answers do not confirm. Both travel sealed in the index, as its attachment.
//   - Open takes them out of an index again, for a scan. Recipes.Target is the stored hash of one account with
//     what comes before it, and Target.Verify says of one secret whether it opens the account: stored.Match,
//     stored.NoMatch or stored.CannotVerify, never a guess.
//
// Costs measure what one verification takes.
//
// Not guaranteed: that a rule without a scheme, a key or a digest was proven; nobody may have given an answer.
package verify
