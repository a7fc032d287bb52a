// Package kill holds no code of the product. Its tests end the console's side of a rotation with
// kill -9 before every single step that it takes on the disk or towards the service, and have a fresh
// process find out, and finish, what was left.
package kill
