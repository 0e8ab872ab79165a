/** Scenarios: writes that fail, power that goes, disks that hang or are full. */
package io.github.djlcachex.scenario.durability;
