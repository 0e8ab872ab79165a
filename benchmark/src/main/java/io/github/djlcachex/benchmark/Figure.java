package io.github.djlcachex.benchmark;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;

import org.jspecify.annotations.Nullable;

/**
 * One measured number beside the number of the same work done without the cache.
 *
 * @param name what was measured; unique in a report
 * @param unit the unit of value and limit
 * @param value what was measured
 * @param limit the physical limit, or the other side of a comparison, if there is one
 * @param goal what should be reached, if anything was promised
 */
record Figure(String name, String unit, double value, @Nullable Double limit, @Nullable Goal goal) {

    static Figure of(String name, String unit, double value) {
        return new Figure(name, unit, value, null, null);
    }

    Figure beside(double limit) {
        return new Figure(name, unit, value, limit, goal);
    }

    Figure goal(@Nullable Goal goal) {
        return new Figure(name, unit, value, limit, goal);
    }

    /** The value as a share of the limit. */
    @Nullable Double ratio() {
        return limit == null || limit == 0 ? null : value / limit;
    }

    /** Whether the goal is reached; null without a goal. */
    @Nullable Boolean met() {
        return goal == null ? null : goal.met(value, ratio());
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("name", name);
        json.addProperty("unit", unit);
        json.add("value", number(value));
        json.add("limit", number(limit));
        json.add("ratio", number(ratio()));
        json.add("goal", goal == null ? JsonNull.INSTANCE : new JsonPrimitive(goal.toString()));
        Boolean met = met();
        json.add("met", met == null ? JsonNull.INSTANCE : new JsonPrimitive(met));
        return json;
    }

    private static JsonElement number(@Nullable Double number) {
        return number == null ? JsonNull.INSTANCE : new JsonPrimitive(Numbers.rounded(number));
    }
}
