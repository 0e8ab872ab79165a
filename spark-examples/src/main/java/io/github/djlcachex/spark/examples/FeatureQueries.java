package io.github.djlcachex.spark.examples;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

import java.util.Arrays;
import java.util.stream.Collectors;

/** FeatureQueries are queries in SQL on features and labels. */
final class FeatureQueries {

    private final SparkSession spark;

    private FeatureQueries(SparkSession spark) {
        this.spark = spark;
    }

    /**
     * Returns the queries.
     *
     * @param features a cache as a table: {@code id} and {@code output_0}
     * @param labels ids, each with its label
     */
    static FeatureQueries of(SparkSession spark, Dataset<Row> features, Dataset<Row> labels) {
        features.createOrReplaceTempView("features");
        labels.createOrReplaceTempView("labels");
        return new FeatureQueries(spark);
    }

    /** Returns the nearest neighbours of some rows by the cosine of their vectors, best first. */
    Dataset<Row> mostAlike(int count, long... ids) {
        String list = Arrays.stream(ids).mapToObj(Long::toString).collect(Collectors.joining(", "));
        return spark.sql(
                """
                WITH near AS (
                  SELECT q.id, f.id AS other,
                         vector_cosine_similarity(q.output_0, f.output_0) AS likeness
                  FROM (SELECT * FROM features WHERE id IN ($ids)) q
                  JOIN features f ON f.id <> q.id),
                ranked AS (
                  SELECT *, row_number() OVER (PARTITION BY id ORDER BY likeness DESC) AS rank
                  FROM near)
                SELECT r.id, mine.label, rank, other, their.label AS other_label,
                       round(likeness, 4) AS likeness
                FROM ranked r
                JOIN labels mine ON mine.id = r.id
                JOIN labels their ON their.id = other
                WHERE rank <= $count
                ORDER BY id, rank
                """
                        .replace("$ids", list)
                        .replace("$count", Integer.toString(count)));
    }

    /** Returns how like the mean vector of each label its own digits are, and the others. */
    Dataset<Row> likenessOfLabels() {
        return spark.sql(
                """
                WITH labelled AS (SELECT label, output_0 FROM features JOIN labels USING (id)),
                means AS (
                  SELECT label, vector_avg(output_0) AS mean FROM labelled GROUP BY label)
                SELECT m.label, count_if(l.label = m.label) AS digits,
                  round(avg(vector_cosine_similarity(l.output_0, mean))
                    FILTER (WHERE l.label = m.label), 3) AS to_own,
                  round(avg(vector_cosine_similarity(l.output_0, mean))
                    FILTER (WHERE l.label <> m.label), 3) AS to_others
                FROM labelled l CROSS JOIN means m
                GROUP BY m.label ORDER BY m.label
                """);
    }
}
