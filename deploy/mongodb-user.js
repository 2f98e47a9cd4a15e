// Makes the shop's own user, which reads and writes the shop's database and administers nothing.
// The image of MongoDB runs this once, on an empty volume; docs/operations.md says what to do with
// one that was made before.
const { env } = process;
const password = env.MONGODB_PASSWORD
  || require("fs").readFileSync(env.MONGODB_PASSWORD_FILE, "utf8").trim();

db.getSiblingDB("admin").createUser({
  user: "vitrine",
  pwd: password,
  roles: [{ role: "readWrite", db: env.VITRINE_MONGODB_NAME }],
});
