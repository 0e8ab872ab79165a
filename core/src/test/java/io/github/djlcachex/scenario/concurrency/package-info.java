/** Scenarios: threads that use one cache at once. */
package io.github.djlcachex.scenario.concurrency;
