module github.com/hatchway/hatchway/native/go

go 1.24
