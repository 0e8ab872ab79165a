/**
 * Scenarios: opening, sharing, closing, locales, class loaders and everything else that a user does
 * with a whole cache.
 */
package io.github.djlcachex.scenario.lifecycle;
