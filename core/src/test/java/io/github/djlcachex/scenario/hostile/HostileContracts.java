package io.github.djlcachex.scenario.hostile;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;

/** Texts of contract.json as an attacker writes them: most have a right checksum. */
public final class HostileContracts {

    private static final int MAX_BYTES = 4 << 20;

    private HostileContracts() {}

    /** Ends an object with the checksum that fits it as it is written. */
    public static String withChecksum(String object) {
        CRC32C crc = new CRC32C();
        crc.update(object.getBytes(StandardCharsets.UTF_8));
        return object.substring(0, object.length() - 1)
                + String.format(Locale.ROOT, ",\"crc32c\":\"%08x\"}", crc.getValue());
    }

    private static String repeated(String text) {
        return text.repeat((MAX_BYTES - 100) / text.length());
    }

    /** All texts by what is wrong with them. */
    public static Map<String, byte[]> all(String honest) {
        String object = honest.substring(0, honest.indexOf(",\"crc32c\"")) + "}";
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("4 MiB of [", "[".repeat(MAX_BYTES));
        texts.put("4 MiB of objects", "{\"a\":".repeat(MAX_BYTES / 5));
        texts.put("4 MiB of empty objects", "{\"x\":[" + repeated("{},") + "{}]}");
        texts.put("4 MiB of empty arrays", "{\"x\":[" + repeated("[],") + "[]]}");
        texts.put("4 MiB of numbers", "{\"x\":[" + repeated("77,") + "1]}");
        texts.put("4 MiB of fields", fields());
        texts.put("a text of 4 MiB", withChecksum("{\"x\":\"" + repeated("x") + "\"}"));
        texts.put("a name of 4 MiB", withChecksum("{\"" + repeated("x") + "\":1}"));
        texts.put("a number of 4 MiB", "{\"format\":" + repeated("9") + "}");
        texts.put("nesting of 10,000", nested(10_000));
        texts.put("nesting of 15", withChecksum(nested(15)));
        texts.put("duplicate keys", withChecksum("{\"format\":1," + object.substring(1)));
        for (String number :
                new String[] {
                    "NaN",
                    "Infinity",
                    "-1",
                    "0",
                    "1.5",
                    "1e999999999",
                    "4294967297",
                    "9".repeat(999),
                    "\"1\"",
                    "null",
                    "[1]"
                }) {
            texts.put(
                    "format " + number.substring(0, Math.min(12, number.length())),
                    withChecksum(object.replace("\"format\":1", "\"format\":" + number)));
            texts.put(
                    "dimension " + number.substring(0, Math.min(12, number.length())),
                    withChecksum(object.replace("[16]", "[" + number + "]")));
        }
        texts.put("no columns", withChecksum("{\"format\":1,\"requires\":[],\"columns\":[]}"));
        texts.put("nothing", "");
        Map<String, byte[]> all = new LinkedHashMap<>();
        texts.forEach((lie, text) -> all.put(lie, text.getBytes(StandardCharsets.UTF_8)));
        all.put("more than 4 MiB", new byte[MAX_BYTES + 1]);
        all.put("UTF-16", honest.getBytes(StandardCharsets.UTF_16));
        byte[] broken = honest.getBytes(StandardCharsets.UTF_8);
        broken[honest.indexOf("features")] = (byte) 0xFF;
        all.put("not UTF-8", broken);
        return all;
    }

    private static String fields() {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; text.length() < MAX_BYTES - 100; i++) {
            text.append('"').append(Integer.toString(i, 36)).append("\":1,");
        }
        return text.append("\"format\":1}").toString();
    }

    private static String nested(int depth) {
        return "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
    }
}
