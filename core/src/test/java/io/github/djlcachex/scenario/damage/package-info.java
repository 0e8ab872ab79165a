/**
 * Scenarios: files that are cut, flipped, replaced or deleted, and what verify and repair make of
 * them.
 */
package io.github.djlcachex.scenario.damage;
